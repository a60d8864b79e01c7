"""A ThreadPoolExecutor is fed pure Python work.

label: gil-bound
split: tune
"""
from concurrent.futures import ThreadPoolExecutor

from _target import bounded, compute, ready

bounded()
ready()
with ThreadPoolExecutor(4) as pool:
    while True:
        list(pool.map(lambda _: compute(0.05), range(16)))
