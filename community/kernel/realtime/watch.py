"""What every serving process looks at again and again: lost access, heads of streams, leases.

Redis is a hint; these loops read the database and are what makes delivery and revocation certain.
"""

import time
import uuid
from collections.abc import Callable

import structlog

from community.kernel import log as event_log
from community.kernel.context import Context, clock
from community.kernel.db import db
from community.kernel.feature import Tick
from community.kernel.realtime.connection import stream_room
from community.kernel.realtime.server import RealtimeServer
from community.kernel.revocation import RevocationReader

REVOCATIONS_EVERY = 0.5  # seconds
HEADS_EVERY = 1.0
EXPIRED_EVERY = 5.0

log = structlog.get_logger(__name__)


class Watch:
    """The loops of one serving process."""

    def __init__(self, server: RealtimeServer) -> None:
        self.server = server
        self.reader = RevocationReader()
        self.announced: dict[uuid.UUID, int] = {}

    def start(self) -> None:
        """Run the loops in the background for as long as the process lives."""
        self._every(REVOCATIONS_EVERY, self.revocations)
        self._every(HEADS_EVERY, self.heads)
        self._every(EXPIRED_EVERY, self.expired)
        house = self.server.house
        for feature in house.features:
            for tick in feature.ticks:
                self._every(tick.every.total_seconds(), self._ticking(tick, house.node_id))

    def revocations(self) -> None:
        """Close the sockets of those who lost access."""
        for row in self.reader.read():
            self.server.revoked(row)

    def expired(self) -> None:
        """Close the sockets of those whose sign-in has run out."""
        self.server.close_expired(clock())

    def heads(self) -> None:
        """Tell listeners how far their streams are; who is behind asks for what is missing."""
        listened = {
            uuid.UUID(room.removeprefix("stream:"))
            for connection in list(self.server.connections.values())
            for room in connection.rooms
            if room.startswith("stream:")
        }
        self.announced = {key: n for key, n in self.announced.items() if key in listened}
        if not listened:
            return
        for key, number in event_log.heads(listened).items():
            if self.announced.get(key) != number:
                self.announced[key] = number
                self.server.emit_here(
                    "stream.head", {"stream": key, "seq": number}, stream_room(key)
                )

    def _ticking(self, tick: Tick, node_id: uuid.UUID) -> Callable[[], object]:
        return lambda: tick.run(Context.begin(None, origin="job"), node_id)

    def _every(self, seconds: float, work: Callable[[], object]) -> None:
        def loop() -> None:
            while True:
                began = time.monotonic()
                with self.server.app.app_context():
                    try:
                        work()
                    except Exception:
                        log.exception("a watch failed; it goes on")
                    finally:
                        db.session.remove()
                self.server.engine.sleep(max(0.05, seconds - (time.monotonic() - began)))

        self.server.socketio.start_background_task(loop)
