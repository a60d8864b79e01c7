"""A pool of two spawned workers computes: two runtimes, two GILs.

label: idle
split: report
children: single-threaded
"""
from _target import bounded, computing_pool

if __name__ == "__main__":
    bounded()
    computing_pool("spawn")
