// Objects, closures, generators, typed arrays, regular expressions, BigInt and JSON.
const n = Number(scriptArgs[1]);
const sieve = new Uint8Array(n);
let primes = 0;
for (let i = 2; i < n; i++) {
  if (sieve[i]) continue;
  primes++;
  for (let j = i * i; j < n; j += i) sieve[j] = 1;
}
print(primes);
function* fibonacci() { let [a, b] = [0n, 1n]; for (;;) { yield a; [a, b] = [b, a + b]; } }
let k = 0;
for (const f of fibonacci()) if (++k === 300) { print(String(f)); break; }
class Point { #x; constructor(x) { this.#x = x; } get x() { return this.#x; } }
const points = Array.from({length: 1000}, (_, i) => new Point((i * 7919) % 1009));
points.sort((a, b) => a.x - b.x);
print(points[0].x, points[500].x, points.reduce((s, p) => s + p.x, 0));
print("2026-11-21 x".replace(/(\d+)-(\d+)-(\d+)/, "$3.$2.$1"), /(?<=a)b+/u.exec("xabbb")[0]);
const map = new Map();
for (let i = 0; i < n; i++) map.set(i % 997, (map.get(i % 997) ?? 0) + i);
print(map.size, [...map.values()].reduce((a, b) => a + b));
print(JSON.stringify({a: [1, 2.5, null, "ä"], b: {c: new Date(0)}}), 0.1 + 0.2, 1e21, (255).toString(36));
try { null.x; } catch (e) { print(e instanceof TypeError); }
