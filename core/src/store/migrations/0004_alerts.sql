-- Which events a push told of, and what the job did that erases what has outlived its term. Times are milliseconds since
-- 1970, UTC; the rest are counts.
ALTER TABLE events ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
CREATE TABLE retention_runs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    alerts INTEGER NOT NULL,
    positions INTEGER NOT NULL,
    readings INTEGER NOT NULL
);
