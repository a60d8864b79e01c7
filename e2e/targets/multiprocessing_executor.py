"""A process pool of concurrent.futures is fed small jobs all the time; its parent hands them out.

label: idle
children: single-threaded
"""
import concurrent.futures

from _target import SECONDS, bounded, compute, ready


def job(_):
    compute(0.2)


if __name__ == "__main__":
    bounded()
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        ready()
        for _ in range(SECONDS * 5):
            list(pool.map(job, range(4)))
