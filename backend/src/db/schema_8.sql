-- How long things are kept counts from when they came, by the server's clock: a tracker's own may be wrong by decades.
ALTER TABLE events ADD COLUMN received INTEGER NOT NULL DEFAULT 0;
UPDATE events SET received = at;
CREATE INDEX positions_by_receipt ON positions (server_time);
CREATE INDEX events_by_receipt ON events (received);
CREATE INDEX access_log_by_time ON access_log (at);
ALTER TABLE retention_runs ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;
