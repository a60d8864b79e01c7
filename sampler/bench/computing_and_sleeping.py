"""Threads that compute, threads that sleep 50 ms at a time: how many of each, and for how many seconds."""
import sys
import threading
import time

computing, sleeping, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
end = time.time() + seconds


def compute():
    x = 0
    while time.time() < end:
        for i in range(1000):
            x += i


def doze():
    while time.time() < end:
        time.sleep(0.05)


for _ in range(computing):
    threading.Thread(target=compute, daemon=True).start()
for _ in range(sleeping):
    threading.Thread(target=doze, daemon=True).start()
print("ready", flush=True)
time.sleep(seconds)
