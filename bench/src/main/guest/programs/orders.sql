-- A small shop: inserts, joins, aggregates, an index and a recursive query.
CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT, region INTEGER);
CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INTEGER, amount REAL, day INTEGER);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
INSERT INTO customer SELECT i, 'customer ' || (i * 7919 % 20011), i * 31 % 17 FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 180000)
INSERT INTO orders SELECT i, i * 7907 % 20000 + 1, (i * 104729 % 10007) / 8.0, i % 365 FROM n;
CREATE INDEX orders_by_customer ON orders(customer);
SELECT region, count(*), round(sum(amount), 3), max(amount)
  FROM orders JOIN customer ON customer.id = orders.customer GROUP BY region ORDER BY region;
SELECT name, total FROM (
  SELECT customer.name AS name, round(sum(amount), 3) AS total
    FROM customer JOIN orders ON customer.id = orders.customer
    WHERE day BETWEEN 100 AND 200 GROUP BY customer.id)
  ORDER BY total DESC, name LIMIT 10;
SELECT count(*) FROM orders WHERE amount LIKE '%7.5';
SELECT day, count(DISTINCT customer) FROM orders GROUP BY day HAVING day % 30 = 0;
UPDATE orders SET amount = amount * 1.25 WHERE customer % 3 = 0;
SELECT round(avg(amount), 6) FROM orders;
WITH RECURSIVE s(i, x) AS (
  SELECT 0, 12345 UNION ALL SELECT i + 1, (x * 1103515245 + 12345) % 2147483648 FROM s
  WHERE i < 420000)
SELECT sum(x % 1000) FROM s;
