"""Three threads meet at a barrier; in every round one of them hashes and the others wait.

label: lock-bound
asleep: lock
"""
import hashlib
import threading

from _target import bounded, forever, ready, threads

THREADS = 3
block = bytes(4 << 20)
barrier = threading.Barrier(THREADS)


def work(index):
    turn = 0
    while True:
        if turn % THREADS == index:
            hashlib.sha256(block).digest()
        barrier.wait()
        turn += 1


bounded()
for position in range(THREADS):
    threads(1, work, "round%d" % position, (position,))
ready()
forever()
