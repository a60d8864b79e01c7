"""A pool of two forked workers computes: two runtimes, two GILs.

label: idle
split: tune
children: single-threaded
"""
import multiprocessing

from _target import bounded, compute, ready


def work(_):
    bounded()
    compute()


if __name__ == "__main__":
    bounded()
    context = multiprocessing.get_context("fork")
    with context.Pool(2) as pool:
        ready()
        pool.map(work, range(2))
