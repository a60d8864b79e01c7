"""Work that wants between one and two cores on two CPUs: `prediction.py WORK threads|processes`.

Each worker computes and then waits for a time that follows from the CPU time it has just used, so what it wants does not depend on
how long it had to wait for the GIL. The same work runs in two threads, or in two spawned processes. Ends by itself after a minute.
"""
import copy
import hashlib
import json
import os
import pickle
import re
import signal
import sys
import threading
import time
import zlib

MEBIBYTE = 1 << 20


def python(units):
    total = 0
    for i in range(units * 1000):
        total = (total * 31 + i) & 0xFFFFFFFF
    return total


class Json:
    duty = (0.65, 0.65)

    def __init__(self):
        self.value = {str(i): [i, i * 2, str(i) * 3] for i in range(120_000)}
        self.part = {str(i): self.value[str(i)] for i in range(2000)}

    def unit(self):
        json.loads(json.dumps(self.part))


class Convoy:
    """One computes all the time, the other does a little between waits."""

    duty = (1.0, 0.4)

    def __init__(self):
        self.data = bytearray(64 * MEBIBYTE)

    def unit(self):
        python(40)


class Hashing:
    """Half of the work leaves the interpreter."""

    duty = (0.75, 0.75)

    def __init__(self):
        self.data = bytes(range(256)) * (MEBIBYTE // 4)

    def unit(self):
        hashlib.sha256(memoryview(self.data)[: 4 * MEBIBYTE]).digest()
        python(60)


class Compression:
    duty = (0.8, 0.6)

    def __init__(self):
        self.data = b"".join(str(i).encode() for i in range(8_000_000))

    def unit(self):
        zlib.compress(self.data[: MEBIBYTE // 4], 6)
        python(80)


class Sorting:
    duty = (0.7, 0.7)

    def __init__(self):
        self.data = [str((i * 7919) % 1_000_003) for i in range(700_000)]

    def unit(self):
        sorted(self.data[:40_000])


class Pickling:
    duty = (0.9, 0.5)

    def __init__(self):
        self.data = [{"n": i, "name": str(i)} for i in range(200_000)]

    def unit(self):
        pickle.loads(pickle.dumps(self.data[:4000]))


class Matching:
    duty = (0.6, 0.6)

    def __init__(self):
        self.text = "x=1; name=value, " * 3_000_000
        self.pattern = re.compile(r"(\w+)=(\w+)")

    def unit(self):
        self.pattern.findall(self.text, 0, 60_000)


class Copying:
    duty = (0.55, 0.85)

    def __init__(self):
        self.data = {i: [i] * 12 for i in range(250_000)}
        self.part = {i: self.data[i] for i in range(1500)}

    def unit(self):
        copy.deepcopy(self.part)


WORK = {
    "json": Json,
    "convoy": Convoy,
    "hashing": Hashing,
    "compression": Compression,
    "sorting": Sorting,
    "pickling": Pickling,
    "matching": Matching,
    "copying": Copying,
}


def forever(work, duty, parent):
    # What is killed leaves its children behind, and they would take the CPUs of the next program.
    while os.getppid() == parent:
        before = time.clock_gettime(time.CLOCK_THREAD_CPUTIME_ID)
        work.unit()
        used = time.clock_gettime(time.CLOCK_THREAD_CPUTIME_ID) - before
        if duty < 1:
            time.sleep(used * (1 - duty) / duty)


def alone(name, index, set_up):
    signal.alarm(60)
    work = WORK[name]()
    set_up.send(True)
    forever(work, work.duty[index], os.getppid())


def main():
    signal.alarm(60)
    name, how = sys.argv[1:3]
    if how == "threads":
        work = WORK[name]()
        for duty in work.duty:
            threading.Thread(target=forever, args=(work, duty, os.getppid()), daemon=True).start()
    else:
        import multiprocessing

        context = multiprocessing.get_context("spawn")
        ends = [context.Pipe(duplex=False) for _ in range(2)]
        for index, (_, set_up) in enumerate(ends):
            context.Process(target=alone, args=(name, index, set_up), daemon=True).start()
        for end, _ in ends:
            end.recv()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    time.sleep(60)


if __name__ == "__main__":
    main()
