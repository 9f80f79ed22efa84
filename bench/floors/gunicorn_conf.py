"""The platform's own gunicorn settings, without the hook that asks for its sockets."""

from community.gunicorn_conf import (  # noqa: F401  # gunicorn reads these names
    graceful_timeout,
    keepalive,
    loglevel,
    post_request,
    timeout,
    worker_class,
    worker_connections,
    workers,
)
