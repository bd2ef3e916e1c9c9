.mode list
CREATE TABLE t(id INTEGER PRIMARY KEY, word TEXT, n INTEGER, x REAL);
WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 3000)
INSERT INTO t SELECT i, char(97 + i * 7 % 26) || (i * 7919 % 1009), i * 31 % 257, i / 7.0 FROM r;
CREATE INDEX tn ON t(n);
BEGIN;
UPDATE t SET x = x * 2 WHERE n BETWEEN 10 AND 90;
DELETE FROM t WHERE id % 17 = 0;
COMMIT;
SELECT count(*), sum(n), round(total(x), 6), min(word), max(word) FROM t;
SELECT substr(word, 1, 1) AS c, count(*), avg(n) FROM t GROUP BY c ORDER BY 2 DESC, 1 LIMIT 5;
SELECT a.word, b.word FROM t a JOIN t b ON a.n = b.n AND a.id < b.id ORDER BY a.id, b.id LIMIT 5;
SELECT word, row_number() OVER (ORDER BY n, id) FROM t LIMIT 5;
SELECT json_extract('{"a":[1,2,{"b":"c"}]}', '$.a[2].b'), printf('%08.3f', 3.14159);
SELECT group_concat(n, ',') FROM (SELECT DISTINCT n FROM t ORDER BY n LIMIT 12);
CREATE VIEW v AS SELECT n, count(*) AS c FROM t GROUP BY n;
SELECT max(c) FROM v WHERE c LIKE '1%' OR c GLOB '*2';
PRAGMA integrity_check;
