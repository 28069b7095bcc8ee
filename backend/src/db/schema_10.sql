-- What people erased of the tracks of units, so that it is purged from older backups, too. It holds times, no place, and is
-- forgotten once no backup can hold what it speaks of any more. The id tells whether a backup has it already.
CREATE TABLE erasures (
    id TEXT PRIMARY KEY,
    device_id INTEGER NOT NULL,
    first_fix INTEGER NOT NULL,
    last_fix INTEGER NOT NULL,
    position_id INTEGER,
    at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX erasures_by_time ON erasures (at);
-- Up to when a run erased: older backups are purged of the same.
ALTER TABLE retention_runs ADD COLUMN positions_before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE retention_runs ADD COLUMN events_before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE retention_runs ADD COLUMN looks_before INTEGER NOT NULL DEFAULT 0;
