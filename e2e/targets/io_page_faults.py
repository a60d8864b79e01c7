"""Threads hash a mapped file whose pages are thrown out before each round: they wait for the disk in page faults.

label: io-bound
"""
import hashlib
import mmap
import os
import tempfile

from _target import bounded, forever, ready, threads

BYTES = 64 << 20


def work():
    with tempfile.TemporaryFile() as file:
        file.write(os.urandom(1 << 20) * (BYTES >> 20))
        file.flush()
        os.fsync(file.fileno())
        while True:
            os.posix_fadvise(file.fileno(), 0, BYTES, os.POSIX_FADV_DONTNEED)
            with mmap.mmap(file.fileno(), BYTES, prot=mmap.PROT_READ) as pages:
                pages.madvise(mmap.MADV_RANDOM)
                hashlib.sha256(pages).digest()


bounded()
threads(2, work)
ready()
forever()
