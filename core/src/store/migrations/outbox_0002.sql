-- Readings not accepted, counted by reason and ten minutes instead of kept one by one: at one reading a second 48 hours are
-- at most some 3,000 rows and not 170,000, so that no limit has to cut them short. `span` is the beginning of the ten
-- minutes by the wall clock of judging, milliseconds since 1970.
CREATE TABLE rejections (
    seq INTEGER PRIMARY KEY,
    span INTEGER NOT NULL,
    reason TEXT NOT NULL,
    count INTEGER NOT NULL,
    UNIQUE (span, reason)
);
INSERT INTO rejections (span, reason, count)
SELECT judged / 600000 * 600000, reason, count(*) FROM rejected GROUP BY 1, 2;
DROP TABLE rejected;
