"""Threads compute one after the other, each joined before the next starts.

label: single-threaded
"""
import threading

from _target import bounded, compute, ready

bounded()
ready()
while True:
    thread = threading.Thread(target=compute, args=(1.0,))
    thread.start()
    thread.join()
