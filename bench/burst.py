"""The real server with one route more, by which the bench has it send many messages to a room."""

import time
import uuid

from gevent import monkey

monkey.patch_all()

from flask import Flask  # noqa: E402  # after the patch

from bench.wire import NAME, message, now  # noqa: E402
from community.kernel.doors import public  # noqa: E402
from community.kernel.realtime.connection import stream_room  # noqa: E402
from community.serving import serving_app  # noqa: E402


def make_app() -> Flask:
    """Build the serving application with ``/bench/<room>/<how many>/<seconds apart>``."""
    app = serving_app()

    @app.get("/bench/<uuid:stream_id>/<int:count>/<pace>")
    @public
    def send(stream_id: uuid.UUID, count: int, pace: str) -> str:
        server, room = app.extensions["community.realtime"], stream_room(stream_id)
        for _ in range(count):
            server.emit_here(NAME, message(now()), room)
            if float(pace):
                time.sleep(float(pace))
        return "sent"

    return app
