"""One thread collects garbage over many objects again and again, two others compute.

label: gil-bound
asleep: gil
"""
import gc

from _target import bounded, compute, forever, ready, threads

kept = [[i] for i in range(200000)]


def collect():
    while True:
        gc.collect()


bounded()
threads(1, collect, "collector")
threads(2, compute)
ready()
forever()
