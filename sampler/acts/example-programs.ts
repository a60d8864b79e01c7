import type { ExampleId } from "../../core/launch/examples.ts";

/** A small Python program that shows one verdict. It runs on CPython 3.6 and later and ends by itself after a minute. */
export interface ExampleProgram {
  /** Name of its file, which is how the window lists it. */
  readonly fileName: string;
  readonly source: string;
}

const HASHING = `def work():
    block = bytes(16 << 20)
    while True:
        hashlib.sha256(block).digest()  # releases the GIL
`;

const COMPUTING = `def work():
    total = 0
    while True:
        for i in range(20000):
            total = (total * 31 + i) & 0xFFFFFFFF
`;

function threads(count: string): string {
  return `
for index in range(${count}):
    threading.Thread(target=work, name="worker-%d" % index, daemon=True).start()
time.sleep(60)
`;
}

/** The programs, by the verdict each shows. */
export const EXAMPLE_PROGRAMS: Readonly<Record<ExampleId, ExampleProgram>> = {
  "gil-bound": {
    fileName: "four_threads_one_gil.py",
    source: `"""Four threads compute in pure Python: they take turns on one GIL."""
import threading
import time


${COMPUTING}
${threads("4")}`,
  },
  "lock-bound": {
    fileName: "threads_in_a_ring.py",
    source: `"""Four threads wait for one another: each turn wakes the next one."""
import threading
import time

condition = threading.Condition()
turn = [0]


def work(index):
    while True:
        with condition:
            while turn[0] != index:
                condition.wait()
            time.sleep(0.002)  # what they do while they hold the lock
            turn[0] = (turn[0] + 1) % 4
            condition.notify_all()


for index in range(4):
    threading.Thread(target=work, args=(index,), name="worker-%d" % index, daemon=True).start()
time.sleep(60)
`,
  },
  "cpu-starved": {
    fileName: "others_have_the_cpus.py",
    source: `"""Two hashing threads, and twice as many other programs as there are CPUs."""
import hashlib
import os
import subprocess
import sys
import threading
import time

BUSY = "import time; end = time.time() + 60\\nwhile time.time() < end: sum(range(20000))"
for _ in range(2 * (os.cpu_count() or 1)):
    subprocess.Popen([sys.executable, "-c", BUSY])


${HASHING}
${threads("2")}`,
  },
  oversubscribed: {
    fileName: "too_many_threads.py",
    source: `"""Four hashing threads for every CPU."""
import hashlib
import os
import threading
import time


${HASHING}
${threads("4 * (os.cpu_count() or 1)")}`,
  },
  "quota-limited": {
    fileName: "one_cpu_allowed.py",
    source: `"""Four hashing threads that may use one CPU only."""
import hashlib
import os
import threading
import time

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


${HASHING}
${threads("4")}`,
  },
  parallel: {
    fileName: "hashing_in_parallel.py",
    source: `"""Two threads hash large blocks: hashlib releases the GIL, so they run at the same time."""
import hashlib
import threading
import time


${HASHING}
${threads("2")}`,
  },
  "single-threaded": {
    fileName: "one_thread_works.py",
    source: `"""One thread computes, three sleep."""
import threading
import time

for index in range(3):
    threading.Thread(target=time.sleep, args=(60,), name="sleeper-%d" % index, daemon=True).start()
end = time.time() + 60
total = 0
while time.time() < end:
    for i in range(20000):
        total = (total * 31 + i) & 0xFFFFFFFF
`,
  },
  "io-bound": {
    fileName: "waits_for_sockets.py",
    source: `"""Four pairs of threads send each other a byte and wait for the answer."""
import socket
import threading
import time


def work(end):
    while True:
        time.sleep(0.004)
        end.send(b".")
        end.recv(1)
        sum(range(4000))


for index in range(4):
    for end in socket.socketpair():
        threading.Thread(target=work, args=(end,), name="pair-%d" % index, daemon=True).start()
time.sleep(60)
`,
  },
  idle: {
    fileName: "six_sleepers.py",
    source: `"""Six threads sleep."""
import threading
import time

for index in range(6):
    threading.Thread(target=time.sleep, args=(60,), name="sleeper-%d" % index, daemon=True).start()
time.sleep(60)
`,
  },
};
