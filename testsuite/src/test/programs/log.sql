-- A database with a write-ahead log: its index is a file that all connections map.
PRAGMA journal_mode = WAL;
PRAGMA mmap_size = 1000000;
CREATE TABLE t(id INTEGER PRIMARY KEY, word TEXT);
WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 20000)
INSERT INTO t SELECT i, hex(i * 7919 % 1009) FROM r;
ATTACH 'other.db' AS other;
CREATE TABLE other.u AS SELECT word, count(*) AS n FROM t GROUP BY word;
UPDATE t SET word = word || id WHERE id % 3 = 0;
PRAGMA wal_checkpoint;
DELETE FROM t WHERE id % 5 = 0;
VACUUM;
SELECT count(*), sum(length(word)), max(word) FROM t;
SELECT count(*), max(n) FROM other.u;
PRAGMA integrity_check;
.backup copy.db
.open copy.db
SELECT count(*), min(word) FROM t;
