"""The application as a server process runs it: live door open, watches running."""

from flask import Flask

from community.accounts.queries import Doorkeeper
from community.app import create_app, open_live_door, sign_in_provider
from community.kernel.realtime.watch import Watch
from community.kernel.settings import read_settings


def serving_app() -> Flask:
    """Build the application of a gevent server process.

    Raises SettingsError when the environment does not hold a usable configuration.
    """
    app = create_app(read_settings())
    server = open_live_door(app)
    provider = sign_in_provider()
    if isinstance(provider, Doorkeeper):
        provider.trusted = True  # the watch below makes it forget
    Watch(server).start()
    return app
