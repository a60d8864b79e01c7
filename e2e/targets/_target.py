"""What every target needs: an end of its own, a sign that it is ready, and work of known kinds.

Runs on CPython 3.6 and later. SIGALRM's default action ends the program, so no target outlives its time
even when its main thread hangs; it costs no thread of its own.
"""
import hashlib
import multiprocessing
import os
import signal
import sys
import threading
import time

SECONDS = int(os.environ.get("GILSCOPE_TARGET_SECONDS", "60"))


def bounded():
    """Ends this process after SECONDS, whatever it is doing. Children call it again: alarms are not inherited."""
    signal.alarm(SECONDS)


def ready():
    """Tells the one who started this that the labelled behaviour has begun."""
    sys.stdout.write("ready %d\n" % os.getpid())
    sys.stdout.flush()


def compute(seconds=None):
    """Pure Python work that never leaves the interpreter."""
    end = None if seconds is None else time.monotonic() + seconds
    total = 0
    while end is None or time.monotonic() < end:
        for i in range(20000):
            total = (total * 31 + i) & 0xFFFFFFFF
    return total


def hash_blocks(seconds=None, size=64 << 20):
    """Native work that releases the GIL: hashing one large buffer over and over."""
    block = bytes(size)
    end = None if seconds is None else time.monotonic() + seconds
    while end is None or time.monotonic() < end:
        hashlib.sha256(block).digest()


def threads(count, work, prefix="worker", arguments=()):
    """Starts `count` daemon threads named prefix-N."""
    started = []
    for index in range(count):
        thread = threading.Thread(target=work, name="%s-%d" % (prefix, index), args=arguments)
        thread.daemon = True
        thread.start()
        started.append(thread)
    return started


def forever():
    """Sleeps in one wait until the alarm."""
    threading.Event().wait()


def _pool_worker(_):
    bounded()
    compute()


def computing_pool(start_method):
    """A pool of two workers that compute until their alarm, started the way that is named."""
    with multiprocessing.get_context(start_method).Pool(2) as pool:
        ready()
        pool.map(_pool_worker, range(2))
