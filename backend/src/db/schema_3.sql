-- When a unit was made, and who saw a unit that is gone, both by the change counter: so that a snapshot since a cursor
-- can say which units to forget. `user_id` 0 stands for every administrator.
ALTER TABLE devices ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
CREATE INDEX devices_by_creation ON devices (created);
CREATE TABLE removed_devices (
    device_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (user_id, changed, device_id)
) WITHOUT ROWID;
