"""The main thread hashes and hands a result to a consumer a few times a second.

label: single-threaded
"""
import hashlib
import queue

from _target import bounded, ready, threads

results = queue.Queue()
block = bytes(64 << 20)


def consume():
    while True:
        results.get()


bounded()
threads(1, consume, "consumer")
ready()
while True:
    results.put(hashlib.sha256(block).digest())
