-- The fleet as last seen. Times are milliseconds since 1970, UTC; places WGS-84 degrees; speeds metres per second.
CREATE TABLE units (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    unique_id TEXT NOT NULL,
    group_id INTEGER NOT NULL,
    plate TEXT,
    phone TEXT,
    model TEXT,
    contact TEXT,
    category TEXT,
    disabled INTEGER NOT NULL,
    link INTEGER NOT NULL,
    last_update INTEGER,
    attributes TEXT NOT NULL,
    unknown TEXT NOT NULL
);
CREATE INDEX units_by_name ON units (name);
CREATE TABLE positions (
    unit_id INTEGER PRIMARY KEY,
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
    doubt INTEGER
);
CREATE TABLE groups (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL, name TEXT NOT NULL);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
