"""An asyncio server and its clients talk over loopback, a hundred small exchanges a second each.

label: io-bound
split: tune
"""
import asyncio

from _target import bounded, ready


async def serve(reader, writer):
    while True:
        writer.write(await reader.readexactly(16))
        await writer.drain()


async def client(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while True:
        writer.write(b"0123456789abcdef")
        await reader.readexactly(16)
        await asyncio.sleep(0.01)


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await asyncio.gather(*[client(port) for _ in range(4)])


bounded()
ready()
asyncio.new_event_loop().run_until_complete(main())
