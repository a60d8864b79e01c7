"""Programs with memory for tests: `memory.py fork|segment`. Says `ready` when it stands, and ends by itself after a minute."""
import os
import signal
import sys
import time

MEBIBYTE = 1 << 20
PAGE = 4096


def ready():
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def outlive(parent):
    """Sleeps until the parent ends, so that nothing is left of a test that stops it."""
    while os.getppid() == parent:
        time.sleep(0.2)


def fork():
    size = 512 * MEBIBYTE
    data = bytearray(size)
    for at in range(0, size, PAGE):
        data[at] = 1
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        signal.alarm(60)
        asked = []
        signal.signal(signal.SIGUSR1, lambda *_: asked.append(True))
        while not asked:
            time.sleep(0.05)
        # A quarter of it, ten steps of a mebibyte a second.
        for step in range(128):
            start = step * MEBIBYTE
            for at in range(start, start + MEBIBYTE, PAGE):
                data[at] = 2
            time.sleep(0.1)
        outlive(parent)
        os._exit(0)
    time.sleep(0.5)
    ready()
    os.waitpid(pid, 0)


def attach(name):
    from multiprocessing import shared_memory

    signal.alarm(60)
    segment = shared_memory.SharedMemory(name=name)
    time.sleep(60)
    segment.close()


def segment():
    import multiprocessing
    from multiprocessing import shared_memory

    context = multiprocessing.get_context("fork")
    size = 256 * MEBIBYTE
    made = shared_memory.SharedMemory(create=True, size=size)
    made.buf[:size:PAGE] = b"x" * (size // PAGE)
    children = [context.Process(target=attach, args=(made.name,)) for _ in range(3)]
    for child in children:
        child.start()
    time.sleep(1)
    ready()
    time.sleep(60)


if __name__ == "__main__":
    signal.alarm(60)
    {"fork": fork, "segment": segment}[sys.argv[1]]()
