"""Threads wake at a steady pace and do a little work.

label: io-bound
variants:
  forty: threads=40 period=0.05
  seldom: period=0.5 label=idle
"""
import time

from _target import bounded, forever, parameter, ready, threads


def work():
    while True:
        time.sleep(parameter("period", 0.005))
        sum(range(4000))


bounded()
threads(parameter("threads", 4), work)
ready()
forever()
