"""Holds the GIL for a given part of each period and sleeps for the rest: duty, period in ms, seconds. Prints what it really did."""
import sys
import threading
import time

duty, period, seconds = float(sys.argv[1]), float(sys.argv[2]) / 1000, float(sys.argv[3])
busy = 0.0
begin = time.perf_counter()
end = begin + seconds


def work():
    global busy
    due = begin
    while True:
        start = time.perf_counter()
        if start >= end:
            return
        stop = start + duty * period
        while time.perf_counter() < stop:
            for _ in range(50):
                pass
        busy += time.perf_counter() - start
        due += period
        rest = due - time.perf_counter()
        if rest > 0:
            time.sleep(rest)
        else:
            due = time.perf_counter()


thread = threading.Thread(target=work)
thread.start()
thread.join()
print(busy / (time.perf_counter() - begin))
