"""A ThreadPoolExecutor is fed pure Python work.

label: gil-bound
asleep: gil
variants:
  two: workers=2
  sixteen: workers=16
  short-tasks: task=0.002
"""
from concurrent.futures import ThreadPoolExecutor

from _target import bounded, compute, parameter, ready

bounded()
ready()
with ThreadPoolExecutor(parameter("workers", 4)) as pool:
    while True:
        list(pool.map(lambda _: compute(parameter("task", 0.05)), range(64)))
