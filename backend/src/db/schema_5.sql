-- What the rules of events remember of a unit, so that a restart tells nothing twice. `waiting` is 1 where something will
-- be told by time alone.
CREATE TABLE unit_states (
    device_id INTEGER PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    waiting INTEGER NOT NULL
);
CREATE INDEX unit_states_waiting ON unit_states (device_id) WHERE waiting = 1;
-- When a unit was deleted, and the newest deletion that was forgotten: an older cursor is worth nothing.
ALTER TABLE removed_devices ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE change_counter ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
