"""Threads that live a twentieth of a second hash, several for every CPU.

label: oversubscribed
variants:
  one-per-cpu: each=1 label=parallel
"""
import os
import threading

from _target import bounded, hash_blocks, parameter, ready

count = parameter("each", 4) * len(os.sched_getaffinity(0))
bounded()
ready()
while True:
    batch = [threading.Thread(target=hash_blocks, args=(0.05, 1 << 20)) for _ in range(count)]
    for thread in batch:
        thread.start()
    for thread in batch:
        thread.join()
