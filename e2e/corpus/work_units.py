"""Does a fixed piece of work each time a line comes in, and answers with the seconds it took: python, threads or memory.

The first answer follows the calibration. Ends with its standard input, or after the seconds of its second argument.
"""
import signal
import sys
import threading
import time

UNIT_SECONDS = 0.025
kind = sys.argv[1]
signal.alarm(int(sys.argv[2]))


def spin(count):
    total = 0
    for i in range(count):
        total = (total * 31 + i) & 0xFFFFFFFF
    return total


def touch(count):
    """Fresh memory each time: page faults, for which the kernel takes the lock that readers of the memory take too."""
    for _ in range(count):
        bytearray(1 << 20)


def spin_in_threads(count):
    workers = [threading.Thread(target=spin, args=(count // 2,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


unit = {"python": spin, "threads": spin_in_threads, "memory": touch}[kind]


def timed(count):
    began = time.perf_counter()
    unit(count)
    return time.perf_counter() - began


size = 16
while timed(size) < UNIT_SECONDS / 2:
    size *= 2
size = int(size * UNIT_SECONDS / min(timed(size) for _ in range(5)))
print("ready", size, flush=True)
for _ in sys.stdin:
    print(timed(size), flush=True)
