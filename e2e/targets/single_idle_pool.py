"""The main thread computes; a pool of eight workers has nothing to do.

label: single-threaded
"""
from concurrent.futures import ThreadPoolExecutor

from _target import bounded, compute, ready

bounded()
pool = ThreadPoolExecutor(8)
list(pool.map(lambda _: compute(0.01), range(32)))
ready()
compute()
