-- Which ranges of a unit's past have been looked at (an empty range is an answer too), which events a person has seen,
-- and the order of the freshest units. `seq` grows with use: the ranges used longest ago are given up first.
CREATE TABLE coverage (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    unit_id INTEGER NOT NULL,
    from_time INTEGER NOT NULL,
    to_time INTEGER NOT NULL,
    rows INTEGER NOT NULL
);
CREATE INDEX coverage_by_unit ON coverage (unit_id, from_time);
-- What was kept before ranges were recorded cannot be told from a gap any more.
DELETE FROM history;
ALTER TABLE events ADD COLUMN acknowledged INTEGER NOT NULL DEFAULT 0;
CREATE INDEX events_not_acknowledged ON events (at) WHERE acknowledged = 0;
CREATE INDEX positions_by_fix_time ON positions (fix_time);
