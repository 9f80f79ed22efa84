"""A Socket.IO client for thousands at once: one asyncio protocol a socket, nothing kept of what
comes in but what was asked for. Frames are masked with zeros, which the standard allows.
"""

import asyncio
import base64
import json
import os
import time
from collections.abc import Callable
from typing import Any

SOCKET_IO = "/socket.io/?EIO=4&transport=websocket"


class Client(asyncio.Protocol):
    """One socket. ``on_event(payload)`` is called for each event, unless bytes are counted."""

    def __init__(self, path: str, cookie: str) -> None:
        self.path, self.cookie = path, cookie
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.on_event: Callable[[bytes], None] = lambda payload: None
        self.counting = False
        self.received = 0
        self.counted_at = 0.0
        self._buffer = b""
        self._open = False
        self._acks: dict[int, asyncio.Future[Any]] = {}
        self._transport: asyncio.Transport | None = None

    # ---------- asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # what a TCP socket has
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Cookie: {self.cookie}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        if self.counting:
            self.received += len(data)
            self.counted_at = time.perf_counter()
            return
        self._buffer += data
        if not self._open:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self._fail(ConnectionError(head[:200].decode(errors="replace")))
                return
            self._open, self._buffer = True, rest
            if self.path != SOCKET_IO:
                self.ready.set_result(None)
        while (frame := self._next_frame()) is not None:
            self._take(frame)

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(exc or ConnectionError("the server closed a socket"))

    # ---------- frames and packets

    def _next_frame(self) -> bytes | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & 127, 2
        if length == 126:
            length, start = int.from_bytes(buffer[2:4]), 4
        elif length == 127:
            length, start = int.from_bytes(buffer[2:10]), 10
        if len(buffer) < start + length:
            return None
        self._buffer = buffer[start + length :]
        return buffer[start : start + length] if buffer[0] & 15 == 1 else b""

    def _take(self, packet: bytes) -> None:
        if packet.startswith(b"42"):
            self.on_event(packet)
        elif packet.startswith(b"43"):
            number, _, answer = packet[2:].partition(b"[")
            self._acks.pop(int(number)).set_result(json.loads(b"[" + answer)[0])
        elif packet == b"2":
            self.send("3")
        elif packet.startswith(b"0"):
            self.send("40")
        elif packet.startswith(b"40") and not self.ready.done():
            self.ready.set_result(None)

    def _fail(self, error: Exception) -> None:
        for waiting in (self.ready, *self._acks.values()):
            if not waiting.done():
                waiting.set_exception(error)

    # ---------- the user's side

    def send(self, text: str) -> None:
        data = text.encode()
        size = len(data)
        head = bytes((0x81, 0x80 | size)) if size < 126 else b"\x81\xfe" + size.to_bytes(2)
        if self._transport is not None:
            self._transport.write(head + bytes(4) + data)

    async def ask(self, name: str, fields: dict[str, Any]) -> Any:
        """Send an event and return the data it is acknowledged with; raises RuntimeError."""
        number = max(self._acks, default=0) + 1
        answer = self._acks[number] = asyncio.get_running_loop().create_future()
        self.send(f"42{number}{json.dumps([name, fields])}")
        found = await asyncio.wait_for(answer, 30)
        if not found["ok"]:
            raise RuntimeError(f"{name} was refused: {found['error']}")
        return found["data"]

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def connect(port: int, cookie: str, path: str = SOCKET_IO) -> Client:
    """Open a socket and wait until it is let in."""
    loop = asyncio.get_running_loop()
    _, client = await loop.create_connection(lambda: Client(path, cookie), "127.0.0.1", port)
    await asyncio.wait_for(client.ready, 30)
    return client


async def connect_all(port: int, cookies: list[str], path: str = SOCKET_IO) -> list[Client]:
    """Open a socket for each cookie, a hundred at a time."""
    clients: list[Client] = []
    for start in range(0, len(cookies), 100):
        batch = cookies[start : start + 100]
        clients += await asyncio.gather(*(connect(port, cookie, path) for cookie in batch))
    return clients
