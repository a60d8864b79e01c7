"""One thread computes; three timers that are due every 2 ms come back late, because each return waits for the GIL.

label: gil-bound
asleep: ledger
variants:
  every-20ms: period=0.02
  every-second: period=1.0 label=single-threaded
"""
from _target import Ledger, bounded, parameter, ready, threads

period = parameter("period", 0.002)
ledger = Ledger()


def tick(slot):
    while True:
        ledger.sleep(slot, period)


bounded()
for slot in range(3):
    threads(1, tick, "timer%d" % slot, (slot,))
ready()
while True:
    ledger.use(3, 0.01)
