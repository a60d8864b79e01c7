"""Three threads sleep for two seconds and compute from then on: the verdict is of the window.

label: gil-bound
asleep: ledger
"""
import time

from _target import Ledger, bounded, forever, ready, threads

ledger = Ledger()


def work(slot):
    time.sleep(2)
    while True:
        ledger.use(slot, 0.01)


bounded()
for slot in range(3):
    threads(1, work, "late%d" % slot, (slot,))
ready()
forever()
