-- Whose own unit it is: the account whose phone reports it; 0 for nobody's. It follows the attribute `trak.owner`.
ALTER TABLE devices ADD COLUMN owner_id INTEGER NOT NULL DEFAULT 0;
CREATE INDEX devices_by_owner ON devices (owner_id) WHERE owner_id <> 0;
-- The mirror of people's records of consent. Only an account's cancellation takes something away.
CREATE TABLE consents (
    user_id INTEGER NOT NULL,
    install TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    body TEXT NOT NULL,
    received INTEGER NOT NULL,
    PRIMARY KEY (user_id, install, sequence)
) WITHOUT ROWID;
CREATE TRIGGER consents_never_change BEFORE UPDATE ON consents BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- What people asked the administrator to put right.
CREATE TABLE requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open',
    answer TEXT,
    created INTEGER NOT NULL,
    closed INTEGER
);
CREATE INDEX requests_by_user ON requests (user_id);
-- Accounts that were asked to be cancelled. A line outlives its account: backups are purged by it.
CREATE TABLE cancellations (
    user_id INTEGER PRIMARY KEY,
    requested INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    done INTEGER
);
CREATE TABLE retention_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    positions INTEGER NOT NULL,
    events INTEGER NOT NULL
);
CREATE TABLE notices (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, body TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE notice_user (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    notice_id INTEGER NOT NULL REFERENCES notices (id) ON DELETE CASCADE,
    acknowledged INTEGER,
    PRIMARY KEY (user_id, notice_id)
) WITHOUT ROWID;
-- Who looked at whose own unit. A cancelled account's lines stay under a pseudonym.
CREATE TABLE access_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner_id INTEGER NOT NULL,
    owner_pseudonym TEXT,
    by_id INTEGER NOT NULL,
    by_name TEXT NOT NULL,
    device_id INTEGER NOT NULL,
    what TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX access_log_by_owner ON access_log (owner_id, by_id, at);
