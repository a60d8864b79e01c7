"""An event loop with two hundred tasks computes all the time: one thread.

label: single-threaded
"""
import asyncio

from _target import bounded, ready


async def task():
    while True:
        sum(range(2000))
        await asyncio.sleep(0)


async def main():
    await asyncio.gather(*[task() for _ in range(200)])


bounded()
ready()
asyncio.new_event_loop().run_until_complete(main())
