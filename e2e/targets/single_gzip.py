"""The main thread compresses into a file in memory; two readers wait on an empty queue.

label: single-threaded
"""
import gzip
import io
import queue

from _target import bounded, ready, threads

block = bytes(range(256)) * 4096
empty = queue.Queue()

bounded()
threads(2, empty.get, "reader")
ready()
while True:
    gzip.GzipFile(fileobj=io.BytesIO(), mode="wb", compresslevel=6).write(block)
