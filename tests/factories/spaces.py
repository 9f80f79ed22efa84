"""Spaces and who belongs to them."""

import datetime as dt
import secrets
import uuid

from flask import Flask

from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.kernel.secrets import digest_of
from community.spaces.models import Invitation, Membership, Role, Space, SpaceKind


def make_space(app: Flask, name: str = "Academy, cohort 9", **more: object) -> uuid.UUID:
    """Make a space; returns the id."""
    key = new_key()
    ctx = Context.begin(None)
    values: dict[str, object] = {
        "id": key,
        "slug": f"space-{key.hex[-8:]}",
        "name": name,
        "kind": SpaceKind.COHORT,
        "created_at": ctx.now,
        **more,
    }
    with app.app_context(), unit_of_work(ctx):
        db.session.add(Space(**values))
    return key


def join(
    app: Flask,
    space_id: uuid.UUID,
    user_id: uuid.UUID,
    role: Role = Role.MEMBER,
    *,
    ended: bool = False,
) -> uuid.UUID:
    """Make somebody a member (a former one), without events; returns the membership's id."""
    key = new_key()
    ctx = Context.begin(None)
    with app.app_context(), unit_of_work(ctx):
        db.session.add(
            Membership(
                id=key,
                space_id=space_id,
                user_id=user_id,
                role=role,
                joined_at=ctx.now,
                ended_at=ctx.now if ended else None,
            )
        )
    return key


def make_invitation(
    app: Flask, space_id: uuid.UUID, created_by: uuid.UUID, **more: object
) -> tuple[uuid.UUID, str]:
    """Make an open invitation into a space; returns its id and its secret."""
    key, secret = new_key(), secrets.token_urlsafe(32)
    ctx = Context.begin(created_by)
    values: dict[str, object] = {
        "id": key,
        "space_id": space_id,
        "role": Role.MEMBER,
        "digest": digest_of(secret),
        "created_by": created_by,
        "created_at": ctx.now,
        "expires_at": ctx.now + dt.timedelta(days=14),
        "max_uses": 30,
        **more,
    }
    with app.app_context(), unit_of_work(ctx):
        db.session.add(Invitation(**values))
    return key, secret


def make_letter(
    app: Flask, space_id: uuid.UUID, created_by: uuid.UUID, *, email: str, **more: object
) -> tuple[uuid.UUID, str]:
    """Make an invitation by letter, sent two hours ago; returns its id and its secret."""
    sent = Context.begin(created_by).now - dt.timedelta(hours=2)
    values = {"sent_count": 1, "last_sent_at": sent, "sent_at": sent, "max_uses": 1, **more}
    return make_invitation(app, space_id, created_by, email=email, **values)
