"""asyncio hands pure Python work to its default executor and goes on answering a timer.

label: gil-bound
split: report
"""
import asyncio

from _target import bounded, compute, ready


async def tick():
    while True:
        await asyncio.sleep(0.01)


async def main():
    loop = asyncio.get_event_loop()
    timer = asyncio.ensure_future(tick())
    while True:
        await asyncio.gather(*[loop.run_in_executor(None, compute, 0.2) for _ in range(4)])
        if timer.done():
            return


bounded()
ready()
asyncio.new_event_loop().run_until_complete(main())
