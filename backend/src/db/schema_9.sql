-- A phone is told for as long as the token lives with which it registered. Made anew: a column that refers to another table
-- and may not be empty cannot be added.
CREATE TABLE push_registrations_9 (
    install TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token BLOB NOT NULL REFERENCES tokens (hash) ON DELETE CASCADE,
    registration_id TEXT NOT NULL UNIQUE,
    server_url TEXT NOT NULL,
    body TEXT NOT NULL,
    changed INTEGER NOT NULL
) WITHOUT ROWID;
-- With which token a phone registered was not noted: it is the one that lasts longest, until the phone starts again and
-- registers anew. An account without a token is signed in nowhere.
INSERT INTO push_registrations_9
SELECT r.install, r.user_id, t.hash, r.registration_id, r.server_url, r.body, r.changed
FROM push_registrations r
JOIN tokens t ON t.hash = (SELECT hash FROM tokens WHERE user_id = r.user_id ORDER BY expires DESC, hash LIMIT 1);
DROP TABLE push_registrations;
ALTER TABLE push_registrations_9 RENAME TO push_registrations;
CREATE INDEX push_registrations_by_user ON push_registrations (user_id);
CREATE INDEX push_registrations_by_token ON push_registrations (token);
