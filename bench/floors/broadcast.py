"""*broadcast*: the ``websockets`` package's own broadcast server, on asyncio without uvloop.

``python -m bench.floors.broadcast PORT``. A client of ``/control`` sends "COUNT PACE" and is told
when so many messages were broadcast to everybody else, PACE seconds apart.
"""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve

from bench.wire import now, packet

listeners: set[ServerConnection] = set()


async def handle(connection: ServerConnection) -> None:
    if connection.request is not None and connection.request.path == "/control":
        async for words in connection:
            count, pace = str(words).split()
            for _ in range(int(count)):
                broadcast(listeners, packet(now()))
                if float(pace):
                    await asyncio.sleep(float(pace))
            await connection.send("42[]")
        return
    listeners.add(connection)
    try:
        await connection.wait_closed()
    finally:
        listeners.discard(connection)


async def main(port: int) -> None:
    async with serve(handle, "127.0.0.1", port, compression=None, backlog=2_048) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
