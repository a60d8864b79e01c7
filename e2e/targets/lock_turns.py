"""Threads hash in strict turns, each handing on to the next: one core, and the rhythm of the hand-overs is the program's own.

label: lock-bound
asleep: lock
variants:
  as-the-gil: milliseconds=2.2
  slow: milliseconds=200
  uneven: milliseconds=60 first=340
  four: threads=4 milliseconds=1.1
"""
import threading

from _target import bounded, forever, hash_blocks, parameter, ready, threads

count, others = parameter("threads", 2), parameter("milliseconds", 10.0)
first = parameter("first", others)
turns = [threading.Semaphore(0) for _ in range(count)]


def work(slot):
    seconds = (others if slot else first) / 1000
    while True:
        turns[slot].acquire()
        hash_blocks(seconds, size=256 << 10)
        turns[(slot + 1) % count].release()


bounded()
for slot in range(count):
    threads(1, work, "turn%d" % slot, (slot,))
turns[0].release()
ready()
forever()
