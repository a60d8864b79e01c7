"""A pool of two workers from a fork server computes: two runtimes, two GILs.

label: idle
split: report
children: single-threaded
"""
from _target import bounded, computing_pool

if __name__ == "__main__":
    bounded()
    computing_pool("forkserver")
