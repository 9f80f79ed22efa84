"""A stop that clients notice at once: SIGTERM to a gunicorn worker closes its sockets in order.

gunicorn has no hook for SIGTERM in a worker, and by itself would wait for open sockets until its
``graceful_timeout`` (30 s) is over.
"""

import signal
from typing import Any

import gevent
from flask_socketio import SocketIO

from community.kernel.realtime.transport import close_all


def close_all_on_sigterm(worker: Any, socketio: SocketIO) -> None:
    """Have a gevent worker close every connection when it is told to stop.

    Call it in gunicorn's ``post_worker_init`` hook: before that, the worker has not set its own
    signal handlers, which this one calls first.  Sockets are closed at once; the worker itself
    looks once a second whether it shall stop and whether its connections have ended.
    """

    def handle_exit(signum: int, frame: Any) -> None:
        worker.handle_exit(signum, frame)
        gevent.spawn(close_all, socketio)  # a signal handler must not wait

    signal.signal(signal.SIGTERM, handle_exit)
