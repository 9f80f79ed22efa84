"""How gunicorn runs us: one gevent worker a process, fair between connections, quick to stop.

Loaded by gunicorn's parent before gevent patches the standard library, so it imports nothing of the
application.
"""

import gc
import time
from typing import Any

worker_class = "community.kernel.patient.Worker"
workers = 1  # several processes stand behind a proxy instead: rooms live in one process's memory
worker_connections = 12_000
keepalive = 30
graceful_timeout = 10
timeout = 60
proc_name = "community"
loglevel = "warning"


def post_fork(_arbiter: Any, _worker: Any) -> None:
    """Look for no rubbish while the application is built: nothing of it is, and it takes as long.

    ``post_worker_init`` begins again.
    """
    gc.disable()


def post_request(_worker: Any, _request: Any, _environ: Any, _response: Any) -> None:
    """Let others run after each request: a busy keep-alive connection would never yield."""
    time.sleep(0)


def post_worker_init(worker: Any) -> None:
    """Have sockets told to come back when the worker is stopped; keep collections of rubbish short.

    What was built so far stays for good: looking through it again would stop every room for a tenth
    of a second at a time.
    """
    from community.kernel.realtime.stopping import close_all_on_sigterm  # noqa: PLC0415  # see top

    gc.collect()
    gc.freeze()
    gc.enable()
    close_all_on_sigterm(worker, worker.wsgi.extensions["community.realtime"].socketio)
