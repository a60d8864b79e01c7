"""A pool of two spawned workers computes: two runtimes, two GILs.

label: idle
split: report
children: single-threaded
"""
import multiprocessing

from _target import bounded, compute, ready


def work(_):
    bounded()
    compute()


if __name__ == "__main__":
    bounded()
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        ready()
        pool.map(work, range(2))
