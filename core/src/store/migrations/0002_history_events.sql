-- Tracks looked at and events received, so that both can be shown without a network.
CREATE TABLE history (
    unit_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    fix_time INTEGER NOT NULL,
    raw_fix_time INTEGER NOT NULL,
    device_time INTEGER,
    server_time INTEGER,
    latitude REAL NOT NULL,
    longitude REAL NOT NULL,
    valid INTEGER NOT NULL,
    altitude REAL,
    speed REAL,
    course REAL,
    accuracy REAL,
    address TEXT,
    attributes TEXT NOT NULL,
    doubt INTEGER,
    PRIMARY KEY (unit_id, fix_time, id)
) WITHOUT ROWID;
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    unit_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    position_id INTEGER,
    attributes TEXT NOT NULL
);
CREATE INDEX events_by_time ON events (at);
