"""The main thread hashes and hands each result to one of several consumers a few times a second.

label: single-threaded
"""
import hashlib
import queue

from _target import bounded, ready, threads

results = queue.Queue()
block = bytes(128 << 20)


def consume():
    while True:
        results.get()


bounded()
threads(4, consume, "consumer")
ready()
while True:
    results.put(hashlib.sha256(block).digest())
