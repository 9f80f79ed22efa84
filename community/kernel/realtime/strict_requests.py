"""What an Engine.IO request may look like: anything else is answered with 400 and ends its session.

python-engineio takes a missing transport for polling, still serves JSONP (which lets a foreign page
read a signed-in member's events), lets two polls of one client share its packets between them,
answers 200 to a POST whose body it threw away, and 500 to one for a session that was closed.
Source: the Engine.IO protocol, revision 4, https://socket.io/docs/v4/engine-io-protocol/; the
numbers of the errors are the reference server's.
"""

import io
import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qs

from engineio.packet import CLOSE, MESSAGE, PONG
from engineio.payload import Payload
from websockets.frames import CloseCode

from community.kernel.realtime.transport import close_session

UNKNOWN_TRANSPORT: Final = (0, "Transport unknown")
UNKNOWN_SESSION: Final = (1, "Session ID unknown")
BAD_METHOD: Final = (2, "Bad handshake method")
BAD_REQUEST: Final = (3, "Bad request")

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class StrictRequests:
    """Stands before ``handle_request`` of an Engine.IO server."""

    def __init__(self, engine: Any, *, max_packets: int) -> None:
        self._engine = engine
        self._max_packets = max_packets
        self._serve = engine.handle_request
        self._polled: set[str] = set()  # sessions with a poll in flight

    def install(self) -> None:
        """Put this in place, and let one POST hold ``max_packets`` instead of 16."""
        self._engine.handle_request = self
        # The documented way to set it, for all servers of the process.
        Payload.max_decode_packets = self._max_packets

    def __call__(self, environ: Environ, start_response: StartResponse) -> Any:
        """Serve one request of either transport."""
        query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        fault = self._fault(environ, query)
        if fault is not None:
            return self._refuse(start_response, fault)
        if "sid" not in query or query["transport"] != ["polling"]:
            return self._serve(environ, start_response)
        sid = query["sid"][0]
        if environ["REQUEST_METHOD"] == "POST":
            return self._take_packets(environ, start_response, sid)
        return self._give_packets(environ, start_response, sid)

    def _fault(self, environ: Environ, query: dict[str, list[str]]) -> tuple[int, str] | None:
        """Return what is wrong with the request line and headers, if anything is."""
        if environ["REQUEST_METHOD"] not in ("GET", "POST"):
            return BAD_METHOD
        transports = query.get("transport", [])
        if len(transports) != 1 or transports[0] not in self._engine.transports:
            return UNKNOWN_TRANSPORT
        sids = query.get("sid", [])
        if "j" in query or len(sids) > 1:
            return BAD_REQUEST
        if sids and not self._is_open(sids[0]):
            return UNKNOWN_SESSION
        # python-engineio looks at the headers in one place and at the query in another.
        options = [item.strip() for item in environ.get("HTTP_CONNECTION", "").lower().split(",")]
        upgrade = environ.get("HTTP_UPGRADE", "").lower()
        if (transports == ["websocket"]) != (upgrade == "websocket" and "upgrade" in options):
            return BAD_REQUEST
        return None

    def _is_open(self, sid: str) -> bool:
        session = self._engine.sockets.get(sid)
        return session is not None and not session.closed

    def _give_packets(self, environ: Environ, start_response: StartResponse, sid: str) -> Any:
        """Serve one poll; a second one at the same time would take half of the packets."""
        if sid in self._polled:
            return self._end(start_response, sid)
        self._polled.add(sid)
        try:
            return self._serve(environ, start_response)
        finally:
            self._polled.discard(sid)

    def _take_packets(self, environ: Environ, start_response: StartResponse, sid: str) -> Any:
        """Serve one POST whose body was read and found in order."""
        body = self._read(environ)
        if body is None:
            return self._end(start_response, sid)
        rewound = {**environ, "wsgi.input": io.BytesIO(body)}
        return self._serve(rewound, start_response)

    def _read(self, environ: Environ) -> bytes | None:
        """Return the body of a POST, or None when it is no payload of packets a client may send."""
        length = environ.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or not 0 < int(length) <= self._engine.max_http_buffer_size:
            return None
        body: bytes = environ["wsgi.input"].read(int(length))
        if len(body) != int(length) or body.startswith(b"d="):  # JSONP
            return None
        try:
            packets = Payload(encoded_payload=body.decode()).packets
        except (ValueError, RecursionError):
            return None
        allowed = all(packet.packet_type in (CLOSE, PONG, MESSAGE) for packet in packets)
        return body if allowed else None

    def _end(self, start_response: StartResponse, sid: str) -> list[bytes]:
        close_session(self._engine, sid, CloseCode.PROTOCOL_ERROR, "bad polling request")
        return self._refuse(start_response, BAD_REQUEST)

    def _refuse(self, start_response: StartResponse, fault: tuple[int, str]) -> list[bytes]:
        """Answer as the reference server does; the connection goes too, its body may be unread."""
        code, message = fault
        headers = [("Content-Type", "application/json"), ("Connection", "close")]
        start_response("400 Bad Request", headers)
        return [json.dumps({"code": code, "message": message}).encode()]
