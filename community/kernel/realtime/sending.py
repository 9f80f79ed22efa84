"""The sending half of a WebSocket: whole frames, in order, in bounded memory, without ever waiting.

One stalled client must cost neither memory nor anybody else's time.  A frame is therefore written
straight to the socket; only when the kernel takes no more does a greenlet write on, and only so
much may wait for it.
"""

import socket as sockets
import struct
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import gevent
from gevent.socket import socket as GeventSocket  # noqa: N812  a class that gevent spells small
from gevent.ssl import SSLSocket

MAX_WAITING_FRAMES: Final = 512
MAX_WAITING_BYTES: Final = 1_000_000
BATCH_BYTES: Final = 65_536  # frames joined into one write while a peer catches up
UNSENT_BYTES: Final = 131_072  # what the kernel may hold beyond the peer's window
ACK_TIMEOUT: Final = 30_000  # milliseconds until the kernel gives up a peer that stays silent


class FrameWriter:
    """Writes frames to one socket.

    ``overflow`` is called with the frame, those that waited already forgotten, when a frame comes
    while 512 frames or 1 MB wait for the peer.  The test comes before the frame is added, so one
    frame of any size always fits.  No method waits, except ``join``.
    """

    __slots__ = (
        "_direct",
        "_ended",
        "_greenlet",
        "_overflow",
        "_sock",
        "_waiting",
        "_waiting_bytes",
    )

    def __init__(self, sock: GeventSocket, *, overflow: Callable[[bytes], None]) -> None:
        self._sock = sock
        self._overflow = overflow
        # One TLS record may need reads and several writes: left to sendall() in a greenlet.
        self._direct = not isinstance(sock, SSLSocket)
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        # The one that writes on for a slow peer; while it lives nobody else writes to the socket.
        self._greenlet: gevent.Greenlet[..., None] | None = None
        self._ended = False
        self._set_options()

    def _set_options(self) -> None:
        """Send small frames at once, and notice stalled and dead peers early.

        TCP_NODELAY: with Nagle's algorithm an answer waits 40 ms for a delayed acknowledgement.
        TCP_USER_TIMEOUT (RFC 5482): unacknowledged data ends the connection after 30 s, not 15 min.
        TCP_NOTSENT_LOWAT: what is not sent yet waits here, where it is counted, not in the kernel.
        """
        with suppress(OSError, AttributeError):  # a Unix socket, or not Linux
            self._sock.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)
            self._sock.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_USER_TIMEOUT, ACK_TIMEOUT)
            self._sock.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NOTSENT_LOWAT, UNSENT_BYTES)

    def write(self, frame: bytes) -> None:
        """Write one whole frame behind those that wait; a broken connection is aborted."""
        if self._greenlet is None:
            sent = self._send(frame)
            if sent < len(frame):
                # A view: a broadcast of one frame to many slow peers is not copied for each.
                self._greenlet = gevent.spawn(self._write_on, memoryview(frame)[sent:])
        elif len(self._waiting) >= MAX_WAITING_FRAMES or self._waiting_bytes >= MAX_WAITING_BYTES:
            self.forget()
            self._overflow(frame)
        else:
            self._waiting.append(frame)
            self._waiting_bytes += len(frame)

    def end(self) -> None:
        """Half-close the connection behind all that was written: the peer reads end of file."""
        self._ended = True
        if self._greenlet is None:
            self._half_close()

    def forget(self) -> None:
        """Free the frames whose writing has not begun; the stream stays whole, frame by frame."""
        self._waiting.clear()
        self._waiting_bytes = 0

    def abort(self) -> None:
        """Reset the connection, so that the kernel too forgets what the peer has not read."""
        self.forget()
        with suppress(OSError):
            # Zero seconds of linger: close() sends RST and throws the send buffer away.
            self._sock.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
            self._sock.shutdown(sockets.SHUT_RDWR)

    def join(self, timeout: float) -> None:
        """Wait until nothing waits any more, at most ``timeout`` seconds."""
        if self._greenlet is not None:
            self._greenlet.join(timeout)

    def _send(self, frame: bytes) -> int:
        """Return how many bytes the kernel took at once."""
        if not self._direct:
            return 0
        try:
            # gevent's own third argument: zero seconds, so EAGAIN is raised instead of waited out.
            return self._sock.send(frame, 0, 0.0)  # type: ignore[call-arg]
        except BlockingIOError:
            return 0
        except OSError:
            self.abort()
            return len(frame)

    def _write_on(self, rest: memoryview) -> None:
        """Write the rest of a frame and then what waits, as fast as the peer takes it."""
        data: memoryview | bytes = rest
        try:
            while data:
                self._sock.sendall(data)
                data = self._next_batch()
        except OSError:
            self.abort()
        finally:
            self._greenlet = None
        if self._ended:
            self._half_close()

    def _next_batch(self) -> bytes:
        """Take up to 64 kB of whole frames, at least one; empty when nothing waits."""
        batch: list[bytes] = []
        size = 0
        while self._waiting and size < BATCH_BYTES:
            batch.append(self._waiting.popleft())
            size += len(batch[-1])
        self._waiting_bytes -= size
        return b"".join(batch)

    def _half_close(self) -> None:
        with suppress(OSError):
            self._sock.shutdown(sockets.SHUT_WR)
