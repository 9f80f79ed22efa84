"""What the production server loads: ``gunicorn --worker-class gevent wsgi:app``, or just
``community serve``, which sets everything else right too.
"""

from gevent import monkey

monkey.patch_all()  # before anything that opens a socket is imported

from community.serving import serving_app  # noqa: E402  # has to wait for the line above

app = serving_app()
