"""What reaches somebody and how, asked by everything that tells them something."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.correspondence.models import Preference, PushDevice
from community.correspondence.policy import is_signed_in, visible_devices, visible_preferences
from community.correspondence.rules import (
    ALWAYS,
    LETTERS,
    MOST_DEVICES,
    OFFERED,
    Channel,
    Choice,
    LetterKind,
    Topic,
)
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.push import pushes
from community.kernel.secrets import sign, signed

_STOPPING = "stop letters"

Preferences = Mapping[tuple[Topic, Channel], Choice]


def preferences(ctx: Context) -> Preferences:
    """Return how the actor is told of each topic through each channel that tells of it."""
    chosen = {
        (row.topic, row.channel): row.choice for row in db.session.scalars(visible_preferences(ctx))
    }
    return {
        (topic, channel): chosen.get((topic, channel), choices[0])
        for topic, by in OFFERED.items()
        for channel, choices in by.items()
        if channel is not Channel.PUSH or pushes()
    }


def chosen_by(user_id: uuid.UUID, topics: Any, channel: Channel) -> set[Choice]:
    """Return how somebody is told of some topics; asked again just before it leaves."""
    rows = execute(
        sa.select(Preference.topic, Preference.choice).where(
            Preference.user_id == user_id,
            Preference.channel == channel,
            Preference.topic.in_(list(topics)),
        )
    )
    chosen = {row.topic: row.choice for row in rows}
    return {chosen.get(topic, OFFERED[topic][channel][0]) for topic in topics}


def wants(user_id: uuid.UUID, topic: Topic, channel: Channel = Channel.MAIL) -> bool:
    """Whether somebody still is told of a topic through a channel."""
    return chosen_by(user_id, [topic], channel) != {Choice.OFF}


def is_off(user: Any, topic: Topic, channel: Channel) -> sa.ColumnElement[bool]:
    """Whether somebody, an id or a column of one, switched off a topic; for a statement."""
    return sa.exists().where(
        Preference.user_id == user,
        Preference.channel == channel,
        Preference.topic == topic,
        Preference.choice == Choice.OFF,
    )


def is_wanted(topic: Any, user: Any, channel: Channel) -> sa.ColumnElement[bool]:
    """Whether somebody, an id or a column of one, is told of a topic; for a statement.

    ``topic`` is a column, of topics or of reasons that are some.
    """

    def chose(choice: Choice) -> sa.Select[Topic]:
        return sa.select(Preference.topic).where(
            Preference.user_id == user,
            Preference.channel == channel,
            Preference.choice == choice,
        )

    wanted: sa.ColumnElement[bool] = topic.not_in(chose(Choice.OFF))
    unasked = [each for each, by in OFFERED.items() if by.get(channel, ALWAYS)[0] is Choice.OFF]
    for each in unasked:
        wanted = sa.and_(wanted, sa.or_(topic != each, topic.in_(chose(Choice.ON))))
    return wanted


def devices(ctx: Context) -> Sequence[PushDevice]:
    """Return the devices that tell the actor, the newest first."""
    newest = visible_devices(ctx).order_by(PushDevice.made_at.desc(), PushDevice.id.desc())
    return db.session.scalars(newest.limit(MOST_DEVICES)).all()


def devices_to_tell(ctx: Context, key: str) -> Sequence[Any]:
    """Return the devices of the actor that have not got a message yet, by its key."""
    untold = sa.or_(PushDevice.told.is_(None), PushDevice.told != key)
    return execute(
        visible_devices(ctx)
        .where(untold)
        .order_by(PushDevice.id)
        .limit(MOST_DEVICES)
        .with_only_columns(
            PushDevice.id,
            PushDevice.endpoint,
            PushDevice.p256dh,
            PushDevice.auth,
            PushDevice.failures,
            PushDevice.failed_at,
        )
    ).all()


def has_device(user: Any, now: dt.datetime) -> sa.ColumnElement[bool]:
    """Whether a device tells somebody, an id or a column of one; for a statement."""
    return sa.exists().where(PushDevice.user_id == user, is_signed_in(now))


def pushes_to(user_id: uuid.UUID, now: dt.datetime) -> bool:
    """Whether a device tells somebody."""
    return pushes() and bool(db.session.scalar(sa.select(has_device(user_id, now))))


def is_told(ctx: Context, key: str) -> bool:
    """Whether a device of the actor got a message, by its key, as its last one."""
    mine = visible_devices(ctx).where(PushDevice.told == key).with_only_columns(PushDevice.id)
    return execute(mine.limit(1)).first() is not None


def has_digests(user_id: uuid.UUID) -> bool:
    """Whether somebody wants anything in a digest."""
    chosen = (Preference.user_id == user_id, Preference.choice == Choice.DIGEST)
    return bool(db.session.scalar(sa.select(sa.exists().where(*chosen))))


def stopped(ctx: Context) -> set[LetterKind]:
    """Return the kinds of letter of which the actor gets none."""
    chosen = preferences(ctx)
    return {
        kind
        for kind, topics in LETTERS.items()
        if all(chosen[topic, Channel.MAIL] is Choice.OFF for topic in topics)
    }


def stop_token(user_id: uuid.UUID, kind: LetterKind) -> str:
    """Return the secret of the address that stops letters of a kind without signing in."""
    return sign(_STOPPING, user_id.hex, kind.value)


def behind(token: str) -> tuple[uuid.UUID, LetterKind] | None:
    """Return whose letters a secret stops, and of which kind; None for one that is made up."""
    found = signed(_STOPPING, token)
    return (uuid.UUID(found[0]), LetterKind(found[1])) if found else None


def stop_address(user_id: uuid.UUID, kind: LetterKind) -> str:
    """Return the whole address that stops letters of a kind, for the foot of one."""
    return public_url("correspondence.by_link", token=stop_token(user_id, kind))


def export(ctx: Context) -> dict[str, Any]:
    """Return what the actor chose, for them to take along."""
    rows = db.session.scalars(
        visible_preferences(ctx).order_by(Preference.channel, Preference.topic)
    )
    return {
        "preferences": [
            {
                "topic": row.topic.value,
                "channel": row.channel.value,
                "choice": row.choice.value,
                "at": row.at.isoformat(),
            }
            for row in rows
        ],
        "devices": [{"name": row.name, "made_at": row.made_at.isoformat()} for row in devices(ctx)],
    }
