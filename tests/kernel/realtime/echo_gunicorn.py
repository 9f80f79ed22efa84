"""gunicorn's configuration for echo_app."""

from community.kernel.realtime.stopping import close_all_on_sigterm

worker_class = "gevent"
workers = 1
graceful_timeout = 30


def post_worker_init(worker):
    close_all_on_sigterm(worker, worker.app.callable.extensions["socketio"])
