"""A pool of two workers from a fork server computes: two runtimes, two GILs.

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
    context = multiprocessing.get_context("forkserver")
    with context.Pool(2) as pool:
        ready()
        pool.map(work, range(2))
