"""People and their sign-ins."""

import datetime as dt
import secrets
import uuid

from flask import Flask

from community.accounts.models import ApiToken, SignIn, User
from community.accounts.queries import digest_of
from community.accounts.rules import hash_password
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work

PASSWORD = "seven quiet herons"
PASSWORD_HASH = hash_password(PASSWORD)  # once a process: hashing is slow on purpose


def make_user(app: Flask, name: str = "Ana Lind", **more: object) -> uuid.UUID:
    """Make a person; returns the id."""
    key = new_key()
    ctx = Context.begin(None)
    values: dict[str, object] = {
        "id": key,
        "email": f"{name.split(maxsplit=1)[0].lower()}.{key.hex[-8:]}@example.org",
        "name": name,
        "zone": "Africa/Nairobi",
        "language": "en",
        "created_at": ctx.now,
        **more,
    }
    with app.app_context(), unit_of_work(ctx):
        db.session.add(User(**values))
    return key


def make_sign_in(app: Flask, user_id: uuid.UUID, **more: object) -> uuid.UUID:
    """Make an open sign-in of a person; returns its id."""
    key = new_key()
    ctx = Context.begin(user_id)
    values: dict[str, object] = {
        "id": key,
        "user_id": user_id,
        "created_at": ctx.now,
        "expires_at": ctx.now + dt.timedelta(days=1),
        **more,
    }
    with app.app_context(), unit_of_work(ctx):
        db.session.add(SignIn(**values))
    return key


def make_token(app: Flask, user_id: uuid.UUID, **more: object) -> tuple[uuid.UUID, str]:
    """Make an API token of a person; returns its id and its secret."""
    key, secret = new_key(), secrets.token_urlsafe(32)
    ctx = Context.begin(user_id)
    values: dict[str, object] = {
        "id": key,
        "user_id": user_id,
        "label": "Reports",
        "digest": digest_of(secret),
        "created_at": ctx.now,
        "expires_at": ctx.now + dt.timedelta(days=30),
        **more,
    }
    with app.app_context(), unit_of_work(ctx):
        db.session.add(ApiToken(**values))
    return key, secret
