"""Four threads wait on a condition; each turn wakes one of them for two milliseconds.

label: lock-bound
asleep: lock 0.6-0.9
"""
import threading
import time

from _target import bounded, forever, ready, threads

condition = threading.Condition()
turn = [0]


def work(index):
    while True:
        with condition:
            while turn[0] != index:
                condition.wait()
            time.sleep(0.002)
            turn[0] = (turn[0] + 1) % 4
            condition.notify_all()


bounded()
for position in range(4):
    threads(1, work, "turn%d" % position, (position,))
ready()
forever()
