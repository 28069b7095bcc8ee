-- Fixes accepted and not yet acknowledged by the server, in the order in which they are sent. The next `seq` is in `memory`: a
-- number is never used again, so that a fix set aside can come back to its place. Times are milliseconds since
-- 1970, UTC. The account is kept on each row as well: a row that was salvaged still says whose it is.
CREATE TABLE queue (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    account TEXT NOT NULL,
    unit TEXT NOT NULL,
    fix_time INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    fix TEXT NOT NULL
);
-- What the server will not take: out of the way of the others, still visible.
CREATE TABLE aside (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    account TEXT NOT NULL,
    unit TEXT NOT NULL,
    fix_time INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    fix TEXT NOT NULL,
    reason INTEGER NOT NULL
);
CREATE TABLE rejected (seq INTEGER PRIMARY KEY, reason TEXT NOT NULL, taken INTEGER NOT NULL, judged INTEGER NOT NULL);
CREATE TABLE gaps (seq INTEGER PRIMARY KEY, started INTEGER NOT NULL, ended INTEGER NOT NULL, cause TEXT NOT NULL);
-- With row numbers: a text of 2 KB stays on one page, and changing it leaves the index alone. The counters are here too, on
-- the same page, so that a fix costs two pages: each is encrypted and written.
CREATE TABLE memory (key TEXT PRIMARY KEY, value TEXT NOT NULL);
