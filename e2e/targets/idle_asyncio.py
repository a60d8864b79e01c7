"""An event loop without events.

label: idle
"""
import asyncio

from _target import bounded, ready

bounded()
ready()
asyncio.new_event_loop().run_until_complete(asyncio.sleep(3600))
