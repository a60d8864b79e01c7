"""The main thread hashes and hands each result to one of several consumers, which drop it.

label: single-threaded
variants:
  slowly: mebibytes=128
"""
import hashlib
import queue

from _target import bounded, parameter, ready, threads

results = queue.Queue()
block = bytes(parameter("mebibytes", 4) << 20)


def consume():
    while True:
        results.get()


bounded()
threads(parameter("consumers", 4), consume, "consumer")
ready()
while True:
    results.put(hashlib.sha256(block).digest())
