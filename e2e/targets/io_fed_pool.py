"""A timer hands small jobs to a pool of four workers a hundred times a second: nobody waits for a lock, there is nothing to do.

label: io-bound
"""
import time
from concurrent.futures import ThreadPoolExecutor

from _target import bounded, ready

bounded()
pool = ThreadPoolExecutor(4)
ready()
while True:
    pool.submit(sum, range(20000))
    time.sleep(0.01)
