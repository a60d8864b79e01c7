"""A pool of workers waits for work.

label: idle
variants:
  quota: quota=0.5
  hundred: workers=100
"""
from concurrent.futures import ThreadPoolExecutor

from _target import bounded, forever, parameter, ready

bounded()
pool = ThreadPoolExecutor(parameter("workers", 8))
list(pool.map(str, range(512)))
ready()
forever()
