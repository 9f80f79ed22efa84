"""A WebSocket client that can say anything, right or wrong, byte by byte (RFC 6455)."""

import base64
import contextlib
import dataclasses
import json
import os
import socket
import struct

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10
FINAL = 0x80
PATH = "/socket.io/?EIO=4&transport=websocket"
POLLING = "/socket.io/?EIO=4&transport=polling"


@dataclasses.dataclass(frozen=True)
class RawFrame:
    """One frame to send; ``announced`` is a length in the header that the payload does not have."""

    opcode: int
    payload: bytes = b""
    final: bool = True
    reserved: int = 0
    masked: bool = True
    announced: int | None = None

    def encode(self):
        length = len(self.payload) if self.announced is None else self.announced
        mask_bit = 0x80 if self.masked else 0
        head = bytes([(FINAL if self.final else 0) | self.reserved | self.opcode])
        if length < 126:
            head += bytes([mask_bit | length])
        elif length < 65_536:
            head += bytes([mask_bit | 126]) + struct.pack("!H", length)
        else:
            head += bytes([mask_bit | 127]) + struct.pack("!Q", length)
        if not self.masked:
            return head + self.payload
        key = os.urandom(4)
        stream = key * (len(self.payload) // 4 + 1)
        masked = bytes(a ^ b for a, b in zip(self.payload, stream, strict=False))
        return head + key + masked


@dataclasses.dataclass(frozen=True)
class Closing:
    """How the server closed: code and reason of its close frame, and whether the end followed."""

    code: int | None
    reason: str
    ended: bool


class RawClient:
    """One TCP connection; ``status`` and ``head`` are of the answer to the opening handshake."""

    def __init__(self, port, *, path=PATH, headers=(), key=None, version="13", buffer=None):
        self._sock = socket.socket()
        self._sock.settimeout(15)
        if buffer is not None:  # a small window, so that the server feels a reader that stalls
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self._sock.connect(("127.0.0.1", port))
        self._bytes = b""
        key = key or base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            f"Sec-WebSocket-Version: {version}",
            *headers,
        ]
        self._sock.sendall("\r\n".join([*lines, "", ""]).encode())
        while b"\r\n\r\n" not in self._bytes:
            self._read()
        head, self._bytes = self._bytes.split(b"\r\n\r\n", 1)
        self.head = head.decode()
        self.status = int(self.head.split()[1])
        self.sid = None

    def _read(self):
        data = self._sock.recv(65_536)
        if not data:
            raise EOFError
        self._bytes += data

    def _take(self, count):
        while len(self._bytes) < count:
            self._read()
        taken, self._bytes = self._bytes[:count], self._bytes[count:]
        return taken

    def frame(self):
        """Return the first byte and the payload of the next frame; EOFError at the end."""
        first, length = self._take(2)
        assert length < 0x80, "a server does not mask"
        if length == 126:
            (length,) = struct.unpack("!H", self._take(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._take(8))
        return first, self._take(length)

    def message(self):
        """Return the next data frame's payload, text as str; heartbeats are answered."""
        while True:
            first, payload = self.frame()
            assert first in (FINAL | TEXT, FINAL | BINARY), (first, payload)
            if payload == b"2" and first == FINAL | TEXT:
                self.say("3")
                continue
            return payload.decode() if first == FINAL | TEXT else payload

    def send_bytes(self, data):
        self._sock.sendall(data)

    def send(self, *frames):
        for frame in frames:
            self.send_bytes(frame.encode())

    def say(self, text):
        """Send one text message."""
        self.send(RawFrame(TEXT, text.encode()))

    def open_session(self):
        """Read the OPEN packet of Engine.IO and return what it tells."""
        message = self.message()
        assert message[0] == "0"
        return json.loads(message[1:])

    def join(self, auth=None):
        """Enter the namespace "/"; remembers the sid there. Returns the client."""
        self.open_session()
        self.say("40" if auth is None else f"40{json.dumps(auth)}")
        message = self.message()
        assert message[:2] == "40", message
        self.sid = json.loads(message[2:])["sid"]
        return self

    def ask(self, name, *args, number=7):
        """Send an event and return what its acknowledgement holds, skipping events on the way."""
        self.say(f"42{number}{json.dumps([name, *args])}")
        prefix = f"43{number}"
        while True:
            message = self.message()
            if isinstance(message, str) and message.startswith(prefix):
                return json.loads(message[len(prefix) :])

    def read_closing(self):
        """Read up to the server's close frame, answer it, and tell how the connection ended."""
        while True:
            try:
                first, payload = self.frame()
            except (EOFError, ConnectionError):
                return Closing(None, "", ended=True)
            if first == FINAL | CLOSE:
                break
        code = struct.unpack("!H", payload[:2])[0] if payload else None
        with contextlib.suppress(ConnectionError):
            self.send(RawFrame(CLOSE, payload[:2]))
        try:
            self._take(1)
        except (EOFError, ConnectionError):
            return Closing(code, payload[2:].decode(), ended=True)
        return Closing(code, payload[2:].decode(), ended=False)

    def read_to_the_end(self):
        """Throw away all that comes; an OSError if the end is not a clean one."""
        while self._sock.recv(65_536):
            pass

    def abandon(self):
        """Drop the TCP connection without a word of WebSocket."""
        self._sock.close()
