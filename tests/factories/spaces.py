"""Spaces and who belongs to them."""

import uuid

from flask import Flask

from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.spaces.models import Membership, Role, Space, SpaceKind


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
    app: Flask, space_id: uuid.UUID, user_id: uuid.UUID, role: Role = Role.MEMBER
) -> uuid.UUID:
    """Make somebody a member, without events; returns the membership's id."""
    key = new_key()
    ctx = Context.begin(None)
    with app.app_context(), unit_of_work(ctx):
        db.session.add(
            Membership(id=key, space_id=space_id, user_id=user_id, role=role, joined_at=ctx.now)
        )
    return key
