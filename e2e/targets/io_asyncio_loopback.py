"""An asyncio server and its clients talk over loopback in many small exchanges.

label: io-bound
variants:
  fifty-clients: clients=50 pause=0.05
"""
import asyncio

from _target import bounded, parameter, ready


async def serve(reader, writer):
    while True:
        writer.write(await reader.readexactly(16))
        await writer.drain()


async def client(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while True:
        writer.write(b"0123456789abcdef")
        await reader.readexactly(16)
        await asyncio.sleep(parameter("pause", 0.01))


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await asyncio.gather(*[client(port) for _ in range(parameter("clients", 4))])


bounded()
ready()
asyncio.new_event_loop().run_until_complete(main())
