"""Four threads wake every 5 ms and do a little work.

label: io-bound
split: report
"""
import time

from _target import bounded, forever, ready, threads


def work():
    while True:
        time.sleep(0.005)
        sum(range(4000))


bounded()
threads(4, work)
ready()
forever()
