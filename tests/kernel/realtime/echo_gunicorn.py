"""gunicorn's configuration for echo_app."""

from gevent import monkey

monkey.patch_all()  # before anything below imports ssl; the worker's own call comes too late

from community.kernel.realtime.stopping import close_all_on_sigterm  # noqa: E402

worker_class = "gevent"
workers = 1
graceful_timeout = 30
control_socket_disable = True  # one path for all gunicorns of a user


def post_worker_init(worker):
    close_all_on_sigterm(worker, worker.app.callable.extensions["socketio"])
