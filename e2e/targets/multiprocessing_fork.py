"""A pool of two forked workers computes: two runtimes, two GILs.

label: idle
split: tune
children: single-threaded
"""
from _target import bounded, computing_pool

if __name__ == "__main__":
    bounded()
    computing_pool("fork")
