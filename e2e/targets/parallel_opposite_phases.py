"""While one thread computes in Python the other hashes, then they change places: nobody waits for the GIL.

label: parallel
asleep: ledger
"""
import threading

from _target import Ledger, bounded, forever, ready, threads

together = threading.Barrier(2)
ledger = Ledger()


def work(slot):
    phase = slot
    while True:
        together.wait()
        if phase % 2 == 0:
            ledger.use(slot, 0.5)
        else:
            ledger.hash(slot, 0.5, 256 << 20)
        phase += 1


bounded()
for slot in range(2):
    threads(1, work, "phase%d" % slot, (slot,))
ready()
forever()
