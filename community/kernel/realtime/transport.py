"""The WebSocket transport of Engine.IO, for python-engineio under gevent.

``install(socketio)`` once, right after the SocketIO object has its server.  Long polling and the
decision to upgrade stay python-engineio's own; only the WebSocket endpoint is replaced.  One
greenlet per connection reads; an emit writes straight to the socket (``sending``).  Source: the
Engine.IO protocol, revision 4, https://socket.io/docs/v4/engine-io-protocol/.

Why not the driver that comes with it: under gevent it cuts frames of slow readers, queues without
bound, and encodes a broadcast once per client.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, cast
from urllib.parse import parse_qs

import gevent
from flask_socketio import SocketIO
from websockets.extensions import ServerExtensionFactory
from websockets.frames import CloseCode

from community.kernel.realtime.private_points import check_transport_points
from community.kernel.realtime.session import WebSocketSession
from community.kernel.realtime.websocket import find_socket

STOP_TIMEOUT: Final = 1.0  # seconds that closing handshakes may take when the server stops

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


def install(socketio: SocketIO, *, extensions: Sequence[ServerExtensionFactory] = ()) -> None:
    """Serve the WebSocket transport of ``socketio`` with this driver.

    ``extensions`` may hold ``ServerPerMessageDeflateFactory()``; frames are then encoded for each
    client instead of once per broadcast.

    Raises ValueError for options under which the driver would not keep its word, RuntimeError when
    a private point of a library has moved.
    """
    check_transport_points()
    engine = _engine(socketio)
    if engine.async_mode != "gevent":
        raise ValueError(f'async_mode is "{engine.async_mode}": this transport needs "gevent"')
    if engine.ping_interval < 1:
        raise ValueError("ping_interval must be a second or more: less is announced as 0")
    driver = WebSocketDriver(extensions)
    # python-engineio has no public way to choose the class; its options for this mode are shared
    # by all servers of the process, so they are copied.
    engine._async = {**engine._async, "websocket": driver}  # noqa: SLF001
    serve, connected = engine.handle_request, engine.handlers["connect"]

    def handle_request(environ: Environ, start_response: StartResponse) -> Any:
        """Serve a request, unless the server is stopping."""
        if driver.stopping:
            return _refuse_while_stopping(start_response)
        return serve(environ, start_response)

    def connect(sid: str, environ: Environ) -> Any:
        """Keep python-engineio from starting a greenlet for pings: the reader sends them."""
        answer = connected(sid, environ)
        if sid in engine.sockets and opens_websocket(environ):
            engine.sockets[sid].last_ping = None
        return answer

    engine.handle_request = handle_request
    engine.on("connect", connect)


def close_all(
    socketio: SocketIO, code: int = CloseCode.GOING_AWAY, reason: str = "restarting"
) -> None:
    """End every connection and refuse new ones: for a server that is about to stop.

    WebSockets get a close frame with ``code`` and ``reason`` (at most 123 bytes of UTF-8) at once,
    before any disconnect handler runs; waiting polls are answered with a CLOSE packet; requests
    that still come get 503.  Clients take both for a lost transport and come back by themselves.

    Waits until all is closed, at most two seconds: what takes longer than one is reset.  Call it
    from a greenlet, never from a signal handler.  Raises RuntimeError without ``install``.
    """
    engine = _engine(socketio)
    driver = _driver(engine)
    driver.stopping = True
    for websocket in driver.open:
        websocket.close(code, reason)
    polls = [
        gevent.spawn(session.close, wait=False, reason=engine.reason.SERVER_DISCONNECT)
        for session in engine.sockets.values()
        if not isinstance(session.queue, WebSocketSession)
    ]
    ends: list[Any] = [websocket.ended for websocket in driver.open]
    gevent.wait([*ends, *polls], timeout=STOP_TIMEOUT)
    for websocket in driver.open:
        websocket.abort()
    gevent.wait(ends, timeout=STOP_TIMEOUT)


def close_session(engine: Any, sid: str, code: int, reason: str) -> None:
    """End one Engine.IO session that broke the rules, whatever its transport.

    A WebSocket is failed with ``code`` and ``reason``, a polling client gets a CLOSE packet.  The
    disconnect handlers have run when this returns.  Unknown and closed sessions are left alone.
    """
    session = engine.sockets.get(sid)
    if session is None or session.closed:
        return
    if isinstance(session.queue, WebSocketSession):
        session.queue.fail(code, reason)
    else:
        session.close(wait=False, reason=engine.reason.TRANSPORT_ERROR)
        engine.sockets.pop(sid, None)  # a poll in flight still gets the packet


def opens_websocket(environ: Environ) -> bool:
    """Tell whether python-engineio will answer this request with a new WebSocket session."""
    transport = parse_qs(environ.get("QUERY_STRING", "")).get("transport", [""])[0]
    options = [option.strip() for option in environ.get("HTTP_CONNECTION", "").lower().split(",")]
    upgrade = environ.get("HTTP_UPGRADE", "").lower()
    return transport == upgrade == "websocket" and "upgrade" in options


class WebSocketDriver:
    """Stands in python-engineio where the class of its WebSocket connections was."""

    def __init__(self, extensions: Sequence[ServerExtensionFactory]) -> None:
        self.extensions = extensions
        self.open: set[WebSocketSession] = set()
        self.stopping = False

    def __call__(self, handler: Any, _: Any) -> Callable[[Environ, StartResponse], tuple[()]]:
        """Return what serves one request; ``handler`` only tells the session it is bound to."""
        session = handler.__self__

        def serve(environ: Environ, _: StartResponse) -> tuple[()]:
            websocket = WebSocketSession(session, find_socket(environ), self.extensions)
            self.open.add(websocket)
            try:
                websocket.run(environ)
            finally:
                self.open.discard(websocket)
                websocket.ended.set()
            if "gunicorn.socket" in environ:
                raise StopIteration  # gunicorn then drops the connection without a response
            return ()  # not a list: python-engineio would make an HTTP response of it

        return serve


def _engine(socketio: SocketIO) -> Any:
    server = cast(Any, socketio).server  # missing in the types that come from outside
    if server is None:
        raise ValueError("the SocketIO object has no server yet: call init_app first")
    return server.eio


def _driver(engine: Any) -> WebSocketDriver:
    driver = engine._async["websocket"]  # noqa: SLF001  where install() has put it
    if isinstance(driver, WebSocketDriver):
        return driver
    raise RuntimeError("install() was not called for this SocketIO object")


def _refuse_while_stopping(start_response: StartResponse) -> list[bytes]:
    headers = [("Content-Type", "text/plain"), ("Retry-After", "1"), ("Connection", "close")]
    start_response("503 Service Unavailable", headers)
    return [b"restarting"]
