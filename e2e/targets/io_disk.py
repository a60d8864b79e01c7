"""Two threads write and sync small files in a temporary folder.

label: io-bound
"""
import os
import tempfile
import time

from _target import bounded, forever, ready, threads

folder = tempfile.TemporaryDirectory()


def work(name):
    while True:
        with open(os.path.join(folder.name, name), "wb") as file:
            file.write(b"x" * 65536)
            os.fsync(file.fileno())
        sum(range(2000))
        time.sleep(0.002)


bounded()
threads(1, work, "writer-a", ("a",))
threads(1, work, "writer-b", ("b",))
ready()
forever()
