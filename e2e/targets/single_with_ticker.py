"""One thread computes; another wakes twice a second for next to nothing.

label: single-threaded
"""
import time

from _target import bounded, compute, ready, threads


def tick():
    while True:
        time.sleep(0.5)


bounded()
threads(1, tick, "ticker")
ready()
compute()
