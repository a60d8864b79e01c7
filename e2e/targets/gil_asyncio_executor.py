"""asyncio hands pure Python work to its default executor and goes on answering a timer.

label: gil-bound
asleep: gil 0.6-1
variants:
  native: work=hash workers=2 label=parallel asleep=io
  timers: work=sleep label=io-bound asleep=io
"""
import asyncio
import time

from _target import bounded, compute, hash_blocks, parameter, ready


def doze(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(8000))
        time.sleep(0.01)


work = {"compute": compute, "hash": hash_blocks, "sleep": doze}[parameter("work", "compute")]


async def tick():
    while True:
        await asyncio.sleep(0.01)


async def main():
    loop = asyncio.get_event_loop()
    timer = asyncio.ensure_future(tick())
    while True:
        await asyncio.gather(*[loop.run_in_executor(None, work, 0.2) for _ in range(parameter("workers", 4))])
        if timer.done():
            return


bounded()
ready()
asyncio.new_event_loop().run_until_complete(main())
