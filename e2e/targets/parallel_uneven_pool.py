"""A pool of two workers hashes pieces of very different sizes; there is always a next piece.

label: parallel
"""
import concurrent.futures
import itertools
import hashlib

from _target import bounded, ready

sizes = [1 << 20, 128 << 20, 4 << 20, 32 << 20]
blocks = {size: bytes(size) for size in sizes}
bounded()
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    pieces = itertools.cycle(sizes)
    wanted = {pool.submit(hashlib.sha256, blocks[next(pieces)]) for _ in range(6)}
    ready()
    while True:
        done, wanted = concurrent.futures.wait(wanted, return_when=concurrent.futures.FIRST_COMPLETED)
        wanted |= {pool.submit(hashlib.sha256, blocks[next(pieces)]) for _ in done}
