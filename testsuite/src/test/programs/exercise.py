"""The standard library: json, re, hashlib, threading, sqlite3, ctypes, zlib, decimal, struct."""
import collections
import ctypes
import decimal
import functools
import hashlib
import json
import random
import re
import sqlite3
import struct
import sys
import threading
import zlib

n = int(sys.argv[1])
text = open("text.txt").read()
counts = collections.Counter(re.findall(r"\b[a-z]{3,}\b", text))
print(counts.most_common(5), len(counts))
print(hashlib.sha256(text.encode()).hexdigest(), hashlib.md5(b"x").hexdigest())
print(hashlib.blake2b(text.encode()).hexdigest()[:32], zlib.crc32(text.encode()))
assert zlib.decompress(zlib.compress(text.encode())).decode() == text

data = json.load(open("data.json"))
print(len(data), sum(item["value"] for item in data), json.dumps(data[:2], sort_keys=True))

total = 0
lock = threading.Lock()


def work(start):
    global total
    for i in range(start, start + n):
        with lock:
            total += i


threads = [threading.Thread(target=work, args=(i * n,)) for i in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(total == sum(range(8 * n)))

db = sqlite3.connect(":memory:")
db.execute("create table t(a integer, b text)")
db.executemany("insert into t values(?, ?)", ((i, str(i * i)) for i in range(n)))
print(db.execute("select count(*), sum(a), max(length(b)) from t").fetchone())

libc = ctypes.CDLL("libc.so.6")
compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
numbers = (ctypes.c_int * 50)(*((i * 37) % 101 for i in range(50)))
libc.qsort(numbers, 50, ctypes.sizeof(ctypes.c_int), compare(lambda a, b: a[0] - b[0]))
print(list(numbers)[:10], libc.strlen(b"callback"))

decimal.getcontext().prec = 60
print(decimal.Decimal(2).sqrt(), struct.pack("<dIq", 1.5, 7, -1).hex())
random.seed(42)
print(random.random(), random.sample(range(1000), 5), random.gauss(0, 1))


@functools.lru_cache(maxsize=None)
def ways(amount, coins):
    if amount == 0:
        return 1
    if amount < 0 or not coins:
        return 0
    return ways(amount - coins[0], coins) + ways(amount, coins[1:])


print(ways(500, (200, 100, 50, 20, 10, 5, 2, 1)), 3**200 % 10**20, f"{1 / 3:.17g}")
try:
    [][1]
except IndexError as error:
    print(type(error).__name__, error)
