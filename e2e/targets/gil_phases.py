"""Two threads take turns on the GIL for a while, then hash at the same time for a while.

label: gil-bound
asleep: ledger
variants:
  mostly-native: hash=0.8 label=parallel
"""
import threading

from _target import Ledger, bounded, forever, parameter, ready, threads

native = parameter("hash", 0.1)
together = threading.Barrier(2)
ledger = Ledger()


def work(slot):
    while True:
        together.wait()
        ledger.use(slot, 0.1)
        together.wait()
        ledger.hash(slot, native, 1 << 20)


bounded()
for slot in range(2):
    threads(1, work, "phase%d" % slot, (slot,))
ready()
forever()
