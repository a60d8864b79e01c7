"""Holds the GIL for a given part of each period and sleeps for the rest: duty, period in ms, seconds, file.

Keeps two doubles in the file: the moment of its clock it last wrote them, and for how long it had been busy by then.
With a fifth argument another thread asks gilknocker or gil_load, inside this process, at so many Hz (the sixth), and what they
say is printed at the end.
"""
import mmap
import struct
import sys
import threading
import time

duty, period, seconds = float(sys.argv[1]), float(sys.argv[2]) / 1000, float(sys.argv[3])
with open(sys.argv[4], "r+b") as file:
    books = mmap.mmap(file.fileno(), 16)
inside = sys.argv[5] if len(sys.argv) > 5 else None
rate = float(sys.argv[6]) if len(sys.argv) > 6 else 0.0

knocker = None
if inside == "gilknocker":
    import gilknocker

    knocker = gilknocker.KnockKnock(polling_interval_micros=int(1e6 / rate))
    knocker.start()
elif inside == "gil_load":
    import gil_load

    gil_load.init()
    gil_load.start(av_sample_interval=1 / rate)

begin = time.perf_counter()
end = begin + seconds


def work():
    busy = 0.0
    due = begin
    while True:
        start = time.perf_counter()
        if start >= end:
            return
        stop = start + duty * period
        now = start
        while now < stop:
            for _ in range(50):
                pass
            now = time.perf_counter()
            struct.pack_into("dd", books, 0, now, busy + now - start)
        busy += now - start
        due += period
        rest = due - time.perf_counter()
        if rest > 0:
            time.sleep(rest)
        else:
            due = time.perf_counter()


thread = threading.Thread(target=work)
thread.start()
thread.join()
if knocker is not None:
    print(knocker.contention_metric)
    knocker.stop()
elif inside == "gil_load":
    gil_load.stop()
    print(gil_load.get()[0]["held"])
