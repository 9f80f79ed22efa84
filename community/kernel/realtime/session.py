"""One Engine.IO session over a WebSocket: upgrade, heartbeat, packets in and out.

Source: the Engine.IO protocol, revision 4, https://socket.io/docs/v4/engine-io-protocol/.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

import gevent
from engineio.exceptions import EngineIOError
from engineio.packet import NOOP, PING, PONG, UPGRADE, Packet
from gevent.event import Event
from gevent.socket import socket as GeventSocket  # noqa: N812  a class that gevent spells small
from websockets.extensions import Extension, ServerExtensionFactory
from websockets.frames import CloseCode, Frame, Opcode

from community.kernel.realtime.websocket import WebSocketConnection

UPGRADE_TIMEOUT: Final = 10.0  # seconds from the request until the UPGRADE packet

log = logging.getLogger(__name__)


def encode(packet: Packet, extensions: Sequence[Extension] = ()) -> bytes:
    """Return the packet as one WebSocket frame, made once for all clients of a broadcast.

    python-socketio hands the same packet object to every receiver, so the frame is kept on it,
    unless it passes through extensions: their state belongs to one connection.  The ``encode()`` of
    a binary packet is avoided: its cache may hold base64 made for a polling client.
    """
    frame: bytes | None = None if extensions else getattr(packet, "websocket_frame", None)
    if frame is None:
        if packet.binary:
            content = Frame(Opcode.BINARY, packet.data)
        else:
            content = Frame(Opcode.TEXT, packet.encode().encode())
        frame = content.serialize(mask=False, extensions=extensions)
        if not extensions:
            packet.websocket_frame = frame
    return frame


class WebSocketSession:
    """The WebSocket of one ``engineio.socket.Socket``; once attached it is also its queue.

    ``run`` returns when the connection has ended.  ``put``, ``close`` and ``fail`` may be called
    from any greenlet and do not wait for the network.
    """

    __slots__ = ("_attached", "_connection", "_engine", "_heard_at", "_session", "ended")

    def __init__(
        self, session: Any, sock: GeventSocket, extensions: Sequence[ServerExtensionFactory]
    ) -> None:
        self._session = session
        self._engine = session.server
        self._connection = WebSocketConnection(
            sock,
            max_size=self._engine.max_http_buffer_size,
            extensions=extensions,
            overflow=self._drop_slow_consumer,
        )
        self._attached = False
        # Wall clock, as python-engineio's own check of ``last_ping``: since the last PONG.
        self._heard_at = time.time()
        self.ended = Event()

    def run(self, environ: dict[str, Any]) -> None:
        """Run the connection to its end, in the greenlet of the request."""
        try:
            if self._connection.accept(environ):
                self._serve()
        except Exception:
            log.exception("%s: the WebSocket transport failed", self._session.sid)
            self.close(CloseCode.INTERNAL_ERROR)
        finally:
            self._finish()

    # The session

    def _serve(self) -> None:
        """Attach to the session, after the upgrade handshake if it began with polling."""
        messages = self._connection.messages(self._patience)
        if self._session.connected and not self._upgrade(messages):
            self._connection.fail(CloseCode.POLICY_VIOLATION, "upgrade failed")
        else:
            self._attach()
        for message in messages:  # to the end: the peer has then seen our close frame
            if not self._attached or self._session.closed:
                continue
            try:
                packet = Packet(encoded_packet=message)
                if packet.packet_type == PONG:
                    self._session.last_ping, self._heard_at = None, time.time()
                else:
                    self._session.receive(packet)  # which catches what handlers raise
            except (ValueError, RecursionError, EngineIOError) as error:
                log.info("%s: invalid packet: %s", self._session.sid, type(error).__name__)
                self.fail(CloseCode.PROTOCOL_ERROR, "invalid Engine.IO packet")

    def _upgrade(self, messages: Iterator[str | bytes]) -> bool:
        """Take over a polling session: probe, end the waiting poll, wait for the UPGRADE packet."""
        session = self._session
        if session.upgrading or session.upgraded:
            return False
        session.upgrading = True  # python-engineio answers polls with NOOP from here on
        try:
            if next(messages, None) != f"{PING}probe":
                return False
            self._connection.send(encode(Packet(PONG, "probe"), self._connection.extensions))
            session.queue.put(Packet(NOOP))
            session.upgraded = next(messages, None) == str(UPGRADE) and not session.closed
            return bool(session.upgraded)
        finally:
            session.upgrading = False

    def _attach(self) -> None:
        """Become the queue of the session, after what was queued; no greenlet switch in here."""
        queue, self._session.queue = self._session.queue, self
        self._attached = self._session.connected = self._session.upgraded = True
        self._heard_at = time.time()
        while not queue.empty():
            packet = queue.get()
            queue.task_done()
            if packet is None or packet.packet_type != NOOP:
                self.put(packet)

    def _patience(self) -> float | None:
        """Return the seconds until there is something to do, 0 or less once the peer is lost.

        The heartbeat: a PING ``ping_interval`` seconds after the last PONG, then ``ping_timeout``
        seconds for the next one.
        """
        session, engine, now = self._session, self._engine, time.time()
        if not self._attached:
            return self._heard_at + UPGRADE_TIMEOUT - now
        if session.last_ping is None:
            wait: float = self._heard_at + engine.ping_interval - now
            if wait > 0:
                return wait
            session.last_ping = now
            session.send(Packet(PING))
        wait = session.last_ping + engine.ping_timeout - now
        if wait <= 0:
            session.close(wait=False, reason=engine.reason.PING_TIMEOUT)
        return wait

    def _drop_slow_consumer(self) -> None:
        """End the session of a peer that does not read; its transport is closing already."""
        if self._attached:
            # In a greenlet of its own: handlers of the application must not run inside an emit.
            gevent.spawn(self._session.close, wait=False, abort=True, reason="slow consumer")

    def _finish(self) -> None:
        """End the session and let go of the connection, whatever the cause."""
        self.close(CloseCode.GOING_AWAY)  # only when the greenlet is killed is it open still
        # A failed upgrade leaves the polling session alone.
        if self._attached or not self._session.connected:
            self._end_session(self._engine.reason.TRANSPORT_CLOSE)
        self._connection.finish()

    def _end_session(self, reason: str) -> None:
        """Run the disconnect handlers, unless they ran before, and forget the session."""
        self._session.close(wait=False, abort=True, reason=reason)
        self._engine.sockets.pop(self._session.sid, None)

    # What the session asks of its queue

    def put(self, packet: Packet | None) -> None:
        """Send a packet; ``None`` ends the stream."""
        if packet is None:
            self.close()
        else:
            self._connection.send(encode(packet, self._connection.extensions))

    def join(self) -> None:
        """Wait until what was put is written."""
        self._connection.join()

    # Closing

    def close(self, code: int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Begin the closing handshake; the session ends with the connection."""
        self._connection.close(code, reason)

    def fail(self, code: int, reason: str) -> None:
        """End the connection for a peer that broke the rules, and its session with it, at once."""
        self._connection.fail(code, reason)
        self._end_session(self._engine.reason.TRANSPORT_ERROR)

    def abort(self) -> None:
        """Reset the connection; the greenlet that reads ends the session."""
        self._connection.abort()
