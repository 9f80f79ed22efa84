"""What the production server loads: ``gunicorn --config python:community.gunicorn_conf wsgi:app``.

``community serve`` does the same, with the background worker beside it.
"""

from gevent import monkey

monkey.patch_all()  # before anything that opens a socket is imported

from community.serving import serving_app  # noqa: E402  # has to wait for the line above

app = serving_app()
