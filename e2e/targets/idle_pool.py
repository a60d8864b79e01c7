"""A pool of eight workers waits for work.

label: idle
split: tune
"""
from concurrent.futures import ThreadPoolExecutor

from _target import bounded, forever, ready

bounded()
pool = ThreadPoolExecutor(8)
list(pool.map(str, range(64)))
ready()
forever()
