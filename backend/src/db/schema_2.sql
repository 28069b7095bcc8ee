-- The ids of fixes that were taken in, so that a repeated delivery stores nothing twice. `at` is when, server's clock.
CREATE TABLE fixes (
    device_id INTEGER NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (device_id, id)
) WITHOUT ROWID;
CREATE INDEX fixes_by_time ON fixes (at);
