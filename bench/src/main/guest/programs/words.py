# Classes, dictionaries, strings, generators and big integers.
import collections
import hashlib
import json


class Account:
    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance

    def deposit(self, amount):
        if amount < 0:
            raise ValueError("negative")
        self.balance += amount
        return self


accounts = [Account(f"owner{i}") for i in range(100)]
failures = 0
for i in range(500_000):
    try:
        accounts[i % 100].deposit(i % 13 - 1)
    except ValueError:
        failures += 1
print(sum(a.balance for a in accounts), failures)


def primes(limit):
    composite = bytearray(limit)
    for n in range(2, limit):
        if not composite[n]:
            yield n
            for m in range(n * n, limit, n):
                composite[m] = 1


print(sum(primes(1_000_000)))

words = [hashlib.md5(str(i % 5000).encode()).hexdigest()[:3] for i in range(120_000)]
print(collections.Counter(words).most_common(3))

document = {f"key{i}": {"values": list(range(i % 20)), "name": str(i)} for i in range(5000)}
text = json.dumps(document, sort_keys=True)
print(len(text), hashlib.sha256(json.dumps(json.loads(text)).encode()).hexdigest()[:16])

a, b = 0, 1
for _ in range(20_000):
    a, b = b, a + b
print(len(str(a)))
