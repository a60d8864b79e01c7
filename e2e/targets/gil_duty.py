"""Threads that compute for a part of each period and sleep for the rest: how much they wait for one another is in the ledger.

label: gil-bound
asleep: ledger
variants:
  four-light: threads=4 duty=0.3 period=0.01
  three-slow: threads=3 duty=0.5 period=0.1
  two-little: duty=0.05 label=io-bound
  one: threads=1 duty=0.7 label=single-threaded
  one-quota: threads=1 duty=0.3 quota=0.75 label=io-bound
"""
import time

from _target import Ledger, bounded, forever, parameter, ready, threads

duty, period = parameter("duty", 0.6), parameter("period", 0.02)
ledger = Ledger()


def work(slot):
    while True:
        due = time.monotonic() + period
        ledger.use(slot, duty * period)
        rest = due - time.monotonic()
        if rest > 0:
            ledger.sleep(slot, rest)


bounded()
for slot in range(parameter("threads", 2)):
    threads(1, work, "duty%d" % slot, (slot,))
ready()
forever()
