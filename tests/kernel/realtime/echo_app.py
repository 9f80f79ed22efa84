"""A tiny Socket.IO application on our transport, without a database, served by gunicorn or pywsgi.

``python -m kernel.realtime.echo_app FD`` serves it with pywsgi on an inherited listening socket.
ECHO_SETTINGS holds options as JSON: of ``harden`` under "strict", of SocketIO under "socketio";
with "deflate", frames are compressed for clients that ask for it.
"""

from gevent import monkey

if __name__ == "__main__":
    monkey.patch_all()

import json
import os
import resource
import signal
import socket
import sys

import gevent
from flask import Flask
from flask_socketio import SocketIO
from gevent.pywsgi import WSGIServer
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

from community.kernel.realtime.strict import harden
from community.kernel.realtime.transport import close_all, install
from community.kernel.realtime.websocket import find_socket

SETTINGS = json.loads(os.environ.get("ECHO_SETTINGS", "{}"))

app = Flask(__name__)
socketio = SocketIO(
    app,
    **{
        "async_mode": "gevent",
        "async_handlers": False,
        "max_http_buffer_size": 100_000,
        **SETTINGS.get("socketio", {}),
    },
)
install(socketio, extensions=[ServerPerMessageDeflateFactory()] if "deflate" in SETTINGS else ())
harden(socketio, **{"max_connects": 3, **SETTINGS.get("strict", {})})
server = socketio.server
counted = {}
gone = {}  # why each sid left


def connect(sid, environ, auth=None):
    counted[sid] = []
    if auth == {"refuse": True}:
        return False
    if auth == {"crash": True}:
        raise LookupError("a bug in the application")
    return None


def disconnect(sid, reason):
    gone[sid] = reason


def echo(sid, *args):
    server.emit("echo", args, to=sid)
    return args


def count(sid, number):
    """Take longer for some numbers than for others; the answer is what was handled so far."""
    gevent.sleep(0.002 if number % 3 == 0 else 0)
    counted[sid].append(number)
    return counted[sid]


def crash(sid):
    raise LookupError("a bug in the application")


def blast(sid, many, size, room=None):
    """Send many messages of a size in bytes without a pause."""
    for number in range(many):
        server.emit("m", {"i": number, "pad": "x" * size}, to=room or sid)


def show(sid, room):
    server.emit("picture", b"\x00\xff", to=room)


def listen(sid, room):
    server.enter_room(sid, room)
    return True


def leave(sid):
    server.disconnect(sid)


def kick(sid):
    # Not eio.disconnect(): it waits for ever for a polling client that does not poll.
    server.eio.sockets[server.manager.eio_sid_from_sid(sid, "/")].close(wait=False)


def send_with_callback(sid):
    """Ask the client for an answer and send that back as an event."""
    server.emit("ask", to=sid, callback=lambda *args: server.emit("answered", args, to=sid))


def socket_options(sid):
    sock = find_socket(server.get_environ(sid))
    options = ("TCP_NODELAY", "TCP_USER_TIMEOUT", "TCP_NOTSENT_LOWAT")
    return {o: sock.getsockopt(socket.IPPROTO_TCP, getattr(socket, o)) for o in options}


for handler in (connect, disconnect, echo, count, crash, blast, show, listen, leave, kick):
    server.on(handler.__name__, handler)
server.on("send_with_callback", send_with_callback)
server.on("socket_options", socket_options)
server.on("echo", echo, namespace="/other")


@app.get("/stat")
def stat():
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "sessions": list(server.eio.sockets),
        "open": len(server.eio._async["websocket"].open),
        "gone": gone,
        "peak_kb": rss,
    }


if __name__ == "__main__":
    listener = gevent.socket.socket(fileno=int(sys.argv[1]))
    wsgi = WSGIServer(listener, app, log=None)

    def stop():
        close_all(socketio)
        wsgi.stop(timeout=1)

    gevent.signal_handler(signal.SIGTERM, stop)
    wsgi.serve_forever()
