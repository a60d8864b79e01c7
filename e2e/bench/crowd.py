"""A crowd for cost measurements: forked runtimes with sleeping threads, some of them a little active.

Usage: crowd.py RUNTIMES THREADS ACTIVE SECONDS. THREADS is the total over all runtimes.
"""
import os
import signal
import sys
import threading
import time

runtimes, total_threads, active, seconds = (int(argument) for argument in sys.argv[1:5])


def tick():
    while True:
        end = time.monotonic() + 0.0005
        while time.monotonic() < end:
            pass
        time.sleep(0.05)


def live(index):
    signal.alarm(seconds)
    extra = total_threads // runtimes - 1 + (1 if index < total_threads % runtimes else 0)
    for number in range(extra):
        work = tick if index < active and number == 0 else threading.Event().wait
        threading.Thread(target=work, daemon=True).start()
    threading.Event().wait()


signal.alarm(seconds)
children = []
for index in range(runtimes - 1):
    child = os.fork()
    if child == 0:
        live(index)
    children.append(child)
sys.stdout.write("ready %d\n" % os.getpid())
sys.stdout.flush()
live(runtimes - 1)
