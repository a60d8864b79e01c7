"""What every target needs: an end of its own, a sign that it is ready, and work of known kinds.

Runs on CPython 3.6 and later. SIGALRM's default action ends the program, so no target outlives its time
even when its main thread hangs; it costs no thread of its own.
"""
import hashlib
import mmap
import multiprocessing
import os
import signal
import struct
import sys
import threading
import time

SECONDS = int(os.environ.get("GILSCOPE_TARGET_SECONDS", "60"))
PARAMETERS = dict(pair.split("=", 1) for pair in os.environ.get("GILSCOPE_TARGET_PARAMETERS", "").split())


def parameter(name, default):
    """What a variant of the program says of `name`, in the type of the default."""
    return type(default)(PARAMETERS.get(name, default))


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


def thread_cpu_seconds():
    """CPU time of the calling thread."""
    return time.clock_gettime(time.CLOCK_THREAD_CPUTIME_ID)


class Ledger:
    """How long each thread wanted to run and did not, by its own clocks: seconds as doubles in a file that others may map.

    Without a file named in GILSCOPE_TARGET_LEDGER it is kept and read by nobody.
    """

    SLOTS = 256

    def __init__(self):
        path = os.environ.get("GILSCOPE_TARGET_LEDGER")
        size = 8 * self.SLOTS
        if path is None:
            self._map = mmap.mmap(-1, size)
        else:
            with open(path, "r+b") as file:
                self._map = mmap.mmap(file.fileno(), size)

    def add(self, slot, seconds):
        """Adds to what the thread of this slot has waited."""
        before = struct.unpack_from("d", self._map, 8 * slot)[0]
        struct.pack_into("d", self._map, 8 * slot, before + max(0.0, seconds))

    def use(self, slot, cpu_seconds):
        """Computes until this thread has used so much CPU, and books the rest of the time that took as waited."""
        began, used = time.monotonic(), thread_cpu_seconds()
        end = used + cpu_seconds
        now = used
        while now < end:
            for _ in range(200):
                pass
            now = thread_cpu_seconds()
        self.add(slot, time.monotonic() - began - (now - used))

    def hash(self, slot, seconds, size):
        """Hashes blocks for so long, and books the part of it that was not on a CPU as waited."""
        began, used = time.monotonic(), thread_cpu_seconds()
        hash_blocks(seconds, size)
        self.add(slot, time.monotonic() - began - (thread_cpu_seconds() - used))

    def sleep(self, slot, seconds):
        """Sleeps, and books what it came back too late as waited."""
        began = time.monotonic()
        time.sleep(seconds)
        self.add(slot, time.monotonic() - began - seconds)


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


def _compute_in_pool(_):
    bounded()
    compute()


def _hash_in_pool(_):
    bounded()
    threads(1, hash_blocks)
    hash_blocks()


def _threads_in_pool(_):
    bounded()
    threads(2, compute)
    forever()


def _sleep_in_pool(_):
    bounded()
    forever()


POOL_WORK = {"compute": _compute_in_pool, "hash": _hash_in_pool, "threads": _threads_in_pool, "sleep": _sleep_in_pool}


def working_pool(start_method):
    """A pool whose workers work until their alarm, started the way that is named; `workers` and `work` are parameters."""
    workers = parameter("workers", 2)
    with multiprocessing.get_context(start_method).Pool(workers) as pool:
        ready()
        pool.map(POOL_WORK[parameter("work", "compute")], range(workers))
