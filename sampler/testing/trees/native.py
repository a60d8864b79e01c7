"""A program whose library has threads of its own beside Python's: `native.py`. Says `ready`, and ends by itself after a minute."""
import os
import signal
import sys
import threading
import time

os.environ["OPENBLAS_NUM_THREADS"] = "4"
import numpy

if __name__ == "__main__":
    signal.alarm(60)
    for _ in range(2):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    matrix = numpy.ones((300, 300))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        matrix.dot(matrix)
        time.sleep(0.01)
