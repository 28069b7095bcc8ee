-- Phones that want to be told. An install, and a registration at the push service, belong to one account at a time.
CREATE TABLE push_registrations (
    install TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    registration_id TEXT NOT NULL UNIQUE,
    server_url TEXT NOT NULL,
    body TEXT NOT NULL,
    changed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX push_registrations_by_user ON push_registrations (user_id);
-- Events of which it is not yet known who shall be told.
CREATE TABLE push_outbox (event_id INTEGER PRIMARY KEY);
-- What is to be sent: one call an event, account, language and address of the server; `install` where one phone is told
-- alone. `cid` is kept before the first try, so that no try after it, not even after a kill, is a second message.
CREATE TABLE push_calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    language TEXT NOT NULL,
    server_url TEXT NOT NULL,
    install TEXT,
    cid TEXT,
    tries INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL
);
CREATE INDEX push_calls_by_time ON push_calls (next_at);
-- Events of another server that were taken over, and how far they were asked for.
CREATE TABLE forwarded_events (source TEXT NOT NULL, id INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (source, id)) WITHOUT ROWID;
CREATE TABLE forward_polls (source TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
