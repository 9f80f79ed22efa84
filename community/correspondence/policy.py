"""Whose preferences and devices they are: one's own."""

import datetime as dt

import sqlalchemy as sa

from community.accounts.models import SignIn
from community.correspondence.models import Preference, PushDevice
from community.kernel.context import Context
from community.kernel.policy import read_rule


@read_rule
def visible_preferences(ctx: Context) -> sa.Select[Preference]:
    """What the actor chose of what reaches them."""
    return sa.select(Preference).where(Preference.user_id == ctx.actor_id)


@read_rule
def visible_devices(ctx: Context) -> sa.Select[PushDevice]:
    """The devices that tell the actor, while they are signed in there."""
    return sa.select(PushDevice).where(PushDevice.user_id == ctx.actor_id, is_signed_in(ctx.now))


def is_signed_in(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Whether the owner of a device still is signed in there."""
    return sa.exists().where(
        SignIn.id == PushDevice.sign_in_id,
        SignIn.user_id == PushDevice.user_id,
        SignIn.ended_at.is_(None),
        SignIn.expires_at > now,
    )
