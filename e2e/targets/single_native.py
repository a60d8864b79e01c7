"""One thread hashes large buffers.

label: single-threaded
"""
from _target import bounded, forever, hash_blocks, ready, threads

bounded()
threads(1, hash_blocks, "busy")
ready()
forever()
