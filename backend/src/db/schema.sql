-- Times are milliseconds since 1970, UTC; places WGS-84 degrees; speeds knots, as the wire has them.
CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL UNIQUE,
    login TEXT UNIQUE,
    body TEXT NOT NULL,
    password TEXT NOT NULL
);
CREATE TABLE tokens (hash BLOB PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE groups (id INTEGER PRIMARY KEY AUTOINCREMENT, group_id INTEGER NOT NULL, name TEXT NOT NULL, attributes TEXT NOT NULL);
CREATE TABLE devices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    unique_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    group_id INTEGER NOT NULL,
    attributes TEXT NOT NULL,
    phone TEXT, model TEXT, contact TEXT, category TEXT,
    disabled INTEGER NOT NULL DEFAULT 0,
    expiration INTEGER,
    status TEXT NOT NULL DEFAULT 'offline',
    last_update INTEGER,
    position_id INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX devices_by_change ON devices (changed);
CREATE TABLE positions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device_id INTEGER NOT NULL,
    protocol TEXT NOT NULL,
    server_time INTEGER NOT NULL,
    device_time INTEGER NOT NULL,
    fix_time INTEGER NOT NULL,
    valid INTEGER NOT NULL,
    latitude REAL NOT NULL,
    longitude REAL NOT NULL,
    altitude REAL NOT NULL,
    speed REAL NOT NULL,
    course REAL NOT NULL,
    address TEXT,
    accuracy REAL NOT NULL,
    attributes TEXT NOT NULL
);
CREATE INDEX positions_by_unit ON positions (device_id, fix_time);
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device_id INTEGER NOT NULL,
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    position_id INTEGER NOT NULL,
    geofence_id INTEGER NOT NULL,
    attributes TEXT NOT NULL
);
CREATE INDEX events_by_unit ON events (device_id, at);
CREATE TABLE geofences (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
CREATE TABLE user_device (user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, device_id INTEGER NOT NULL REFERENCES devices (id) ON DELETE CASCADE, PRIMARY KEY (user_id, device_id)) WITHOUT ROWID;
CREATE TABLE user_group (user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, group_id INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE, PRIMARY KEY (user_id, group_id)) WITHOUT ROWID;
CREATE TABLE user_geofence (user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, geofence_id INTEGER NOT NULL REFERENCES geofences (id) ON DELETE CASCADE, PRIMARY KEY (user_id, geofence_id)) WITHOUT ROWID;
CREATE TABLE group_geofence (group_id INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE, geofence_id INTEGER NOT NULL REFERENCES geofences (id) ON DELETE CASCADE, PRIMARY KEY (group_id, geofence_id)) WITHOUT ROWID;
CREATE TABLE device_geofence (device_id INTEGER NOT NULL REFERENCES devices (id) ON DELETE CASCADE, geofence_id INTEGER NOT NULL REFERENCES geofences (id) ON DELETE CASCADE, PRIMARY KEY (device_id, geofence_id)) WITHOUT ROWID;
-- Counts every change of a unit or its position, for snapshots since a cursor.
CREATE TABLE change_counter (only INTEGER PRIMARY KEY CHECK (only = 1), value INTEGER NOT NULL, epoch TEXT NOT NULL);
-- Counts everything that may change what an account sees or whether it may sign in, whichever process writes it:
-- a running server watches it for the sake of its open sockets.
CREATE TABLE access_counter (only INTEGER PRIMARY KEY CHECK (only = 1), value INTEGER NOT NULL);
INSERT INTO access_counter VALUES (1, 1);
CREATE TRIGGER user_device_added AFTER INSERT ON user_device BEGIN UPDATE access_counter SET value = value + 1; END;
CREATE TRIGGER user_device_removed AFTER DELETE ON user_device BEGIN UPDATE access_counter SET value = value + 1; END;
CREATE TRIGGER user_group_added AFTER INSERT ON user_group BEGIN UPDATE access_counter SET value = value + 1; END;
CREATE TRIGGER user_group_removed AFTER DELETE ON user_group BEGIN UPDATE access_counter SET value = value + 1; END;
CREATE TRIGGER user_changed AFTER UPDATE ON users BEGIN UPDATE access_counter SET value = value + 1; END;
CREATE TRIGGER user_removed AFTER DELETE ON users BEGIN UPDATE access_counter SET value = value + 1; END;
CREATE TRIGGER token_removed AFTER DELETE ON tokens BEGIN UPDATE access_counter SET value = value + 1; END;
CREATE TRIGGER group_moved AFTER UPDATE OF group_id ON groups BEGIN UPDATE access_counter SET value = value + 1; END;
CREATE TRIGGER group_removed AFTER DELETE ON groups BEGIN UPDATE access_counter SET value = value + 1; END;
CREATE TRIGGER device_moved AFTER UPDATE OF group_id ON devices BEGIN UPDATE access_counter SET value = value + 1; END;
CREATE TRIGGER device_added AFTER INSERT ON devices BEGIN UPDATE access_counter SET value = value + 1; END;
CREATE TRIGGER device_removed AFTER DELETE ON devices BEGIN UPDATE access_counter SET value = value + 1; END;
