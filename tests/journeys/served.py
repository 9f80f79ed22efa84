"""A served site, and the installation behind it."""

import dataclasses
import uuid
from collections.abc import Callable
from typing import Any

from factories.accounts import make_sign_in
from flask import Flask
from running import Server


@dataclasses.dataclass(frozen=True)
class Site:
    """A served site with its worker, and an application of our own over the same database."""

    server: Server
    app: Flask

    @property
    def url(self) -> str:
        return self.server.url

    def do(self, call: Callable[[], Any]) -> Any:
        """Do something beside the journey, as an operation of the same installation."""
        with self.app.app_context():
            return call()

    def cookie(self, user_id: uuid.UUID) -> Any:
        """Return a session cookie of somebody, as signing in would set it."""
        session = {"_user_id": str(make_sign_in(self.app, user_id)), "_fresh": True}
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        name = self.app.config["SESSION_COOKIE_NAME"]
        return {"name": name, "value": signer.dumps(session), "url": self.url}
