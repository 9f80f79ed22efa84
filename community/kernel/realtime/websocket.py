"""A WebSocket connection under gevent, over the Sans-I/O protocol of ``websockets`` (RFC 6455).

The protocol object does the handshake, frames, masks, control frames and closing codes; this module
moves its bytes.  It knows nothing of Engine.IO.

Everything runs in the thread of gevent's hub: sending from a real operating-system thread is not
supported.
"""

import socket as sockets
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final, cast

import gevent
from gevent.socket import socket as GeventSocket  # noqa: N812  a class that gevent spells small
from websockets.datastructures import Headers
from websockets.extensions import Extension, ServerExtensionFactory
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from community.kernel.realtime.sending import FrameWriter

CLOSE_TIMEOUT: Final = 5.0  # seconds a closing handshake may take
READ_BYTES: Final = 16_384
MAX_DRAIN_READS: Final = 64


def find_socket(environ: dict[str, Any]) -> GeventSocket:
    """Return the gevent socket behind a request of gunicorn's gevent workers or ``gevent.pywsgi``.

    Raises RuntimeError when another package has taken the connection, or the server has no socket
    to give.
    """
    if "wsgi.websocket" in environ:
        raise RuntimeError("gevent-websocket has answered this handshake: uninstall it")
    for name in ("gunicorn.socket", "gunicorn.sock"):  # its gevent worker, its gevent_pywsgi worker
        if name in environ:
            return cast(GeventSocket, environ[name])
    stream = environ["wsgi.input"]
    try:
        sock = getattr(stream, "rfile", stream).raw._sock  # noqa: SLF001  pywsgi gives no other way
    except AttributeError:
        raise RuntimeError("no gevent socket in the WSGI environment: serve with gevent") from None
    return cast(GeventSocket, sock)


class WebSocketConnection:
    """One connection: in the greenlet of the request ``accept``, iterate ``messages``, ``finish``.

    ``max_size`` is in bytes of one message, after decompression.  ``overflow`` is called once the
    closing handshake (1008 "slow consumer") was begun because the peer does not read.
    ``send``, ``close`` and ``fail`` may be called from any greenlet and never wait.
    """

    __slots__ = (
        "_fragments",
        "_opcode",
        "_overflow",
        "_protocol",
        "_reaper",
        "_sock",
        "_writer",
        "extensions",
    )

    def __init__(
        self,
        sock: GeventSocket,
        *,
        max_size: int,
        extensions: Sequence[ServerExtensionFactory],
        overflow: Callable[[], None],
    ) -> None:
        self._sock = sock
        self._writer = FrameWriter(sock, overflow=self._drop_slow_consumer)
        self._overflow = overflow
        self._protocol = ServerProtocol(max_size=max_size, extensions=extensions)
        # Aborts a closing handshake that takes too long.
        self._reaper: gevent.Greenlet[..., None] | None = None
        self._opcode = Opcode.TEXT  # of the message being received
        self._fragments = bytearray()
        # Those agreed in the handshake: frames must be encoded through them.
        self.extensions: Sequence[Extension] = ()

    @property
    def is_open(self) -> bool:
        """Whether messages may still be sent: no closing handshake has begun."""
        return self._protocol.state is State.OPEN

    def accept(self, environ: dict[str, Any]) -> bool:
        """Answer the opening handshake (RFC 6455, 4.2); False: refused with an HTTP error."""
        # Only the handshake's own headers: a long cookie must not meet the parser's line limit.
        headers = Headers(
            (name[5:].replace("_", "-"), value)
            for name, value in environ.items()
            if name in ("HTTP_CONNECTION", "HTTP_UPGRADE") or name.startswith("HTTP_SEC_WEBSOCKET_")
        )
        # The WSGI server has parsed the request; the protocol wants to see it arrive by itself.
        self._protocol.receive_data(Request("/", headers).serialize())
        for request in self._protocol.events_received():
            self._protocol.send_response(self._protocol.accept(cast(Request, request)))
        self.extensions = self._protocol.extensions
        self._flush()
        return self.is_open

    # Receiving

    def messages(self, patience: Callable[[], float | None]) -> Iterator[str | bytes]:
        """Yield whole messages until the peer is gone; control frames are answered on the way.

        ``patience`` is asked before each read for the seconds to wait for bytes: None waits for
        ever, 0 or less gives the peer up.  It is not asked while closing: that has its own limit.
        What a peer sent before its close frame is still yielded; what follows a failure is not.
        """
        while data := self._receive(patience):
            self._protocol.receive_data(data)
            events = self._protocol.events_received()
            self._flush()
            for frame in events:
                try:
                    message = self._assemble(cast(Frame, frame))
                except UnicodeDecodeError:
                    self.fail(CloseCode.INVALID_DATA, "invalid UTF-8")  # RFC 6455, 8.1
                    break
                if message is not None:
                    yield message
            gevent.sleep(0)  # a peer with always more to say must not starve the others
        self._protocol.receive_eof()
        self._flush()

    def _receive(self, patience: Callable[[], float | None]) -> bytes:
        """Return the next bytes, or none once the peer is gone or given up."""
        while True:
            timeout = patience() if self.is_open else None
            if timeout is not None and timeout <= 0:
                return b""
            try:
                data = gevent.with_timeout(timeout, self._sock.recv, READ_BYTES, timeout_value=None)
            except OSError:
                return b""
            if data is not None:
                return data

    def _assemble(self, frame: Frame) -> str | bytes | None:
        """Return the message that a data frame completes, if it does.

        Raises UnicodeDecodeError for text that is not UTF-8.  The protocol object has checked the
        order of the fragments and bounds their sum.
        """
        if frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            return None
        data = bytes(frame.data)
        if frame.opcode is not Opcode.CONT:
            self._opcode = frame.opcode
        if frame.opcode is Opcode.CONT or not frame.fin:
            self._fragments += data
            if not frame.fin:
                return None
            data = bytes(self._fragments)
            self._fragments.clear()
        return data.decode() if self._opcode is Opcode.TEXT else data

    # Sending and closing

    def send(self, frame: bytes) -> None:
        """Send one encoded data frame; nothing happens once closing has begun."""
        if (
            self._protocol.state is State.OPEN
        ):  # not is_open: a broadcast comes here for each client
            self._writer.write(frame)

    def join(self) -> None:
        """Wait until what was sent is written, at most as long as closing may take."""
        self._writer.join(CLOSE_TIMEOUT)

    def close(self, code: int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Begin the closing handshake behind what waits (RFC 6455, 7.1.2); the peer has 5 s.

        ``reason`` holds at most 123 bytes of UTF-8.  Raises websockets.exceptions.ProtocolError for
        a code that may not be sent (RFC 6455, 7.4.1).
        """
        if self.is_open:
            self._protocol.send_close(code, reason)
            self._flush()

    def fail(self, code: int, reason: str) -> None:
        """Fail the connection: say why, half-close, and heed nothing more (RFC 6455, 7.1.7).

        The peer's bytes are still read, and thrown away, until it closes: closing over unread bytes
        would send RST, and that may destroy the close frame before the peer has read it.
        """
        if self.is_open:
            self._protocol.fail(code, reason)
            self._flush()

    def abort(self) -> None:
        """Reset the connection at once; whoever reads from it sees its end."""
        self._writer.abort()

    def finish(self) -> None:
        """Let go of the connection, whatever state it is in; the WSGI server closes the socket."""
        if self._reaper is not None:
            self._reaper.kill(block=False)
        self._writer.forget()
        with suppress(OSError):
            self._sock.shutdown(sockets.SHUT_RDWR)
            for _ in range(MAX_DRAIN_READS):  # pywsgi would take what is left for a request
                if not self._sock.recv(READ_BYTES):
                    break

    def _flush(self) -> None:
        """Write what the protocol has to say; an empty string from it ends our side."""
        for data in self._protocol.data_to_send():
            if data:
                self._writer.write(data)
            else:
                self._writer.end()
        if self._protocol.state is State.CLOSING and self._reaper is None:
            self._reaper = gevent.spawn_later(CLOSE_TIMEOUT, self._writer.abort)

    def _drop_slow_consumer(self, frame: bytes) -> None:
        """Close for a peer that does not read (1008); it learns why if it reads on in time."""
        if self.is_open:
            self.close(CloseCode.POLICY_VIOLATION, "slow consumer")
            self._overflow()
        else:
            self._writer.write(frame)  # the close frame itself, or a pong behind it
