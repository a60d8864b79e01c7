"""Three threads compute together for 100 ms of CPU each, then all sleep 100 ms.

label: gil-bound
asleep: ledger
variants:
  short: use=0.01 rest=0.03
  sparse: rest=0.9
  rare: use=0.02 rest=0.94 label=io-bound
"""
import threading

from _target import Ledger, bounded, forever, parameter, ready, threads

THREADS = 3
use, rest = parameter("use", 0.1), parameter("rest", 0.1)
together = threading.Barrier(THREADS)
ledger = Ledger()


def work(slot):
    while True:
        together.wait()
        ledger.use(slot, use)
        ledger.sleep(slot, rest)


bounded()
for slot in range(THREADS):
    threads(1, work, "burst%d" % slot, (slot,))
ready()
forever()
