"""Choosing what reaches one, and how."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.models import SignIn
from community.accounts.policy import find_account, visible_sign_ins
from community.correspondence.events import DeviceAdded, DeviceRemoved, PreferencesChosen
from community.correspondence.models import Preference, PushDevice
from community.correspondence.policy import visible_devices, visible_preferences
from community.correspondence.queries import Preferences, preferences
from community.correspondence.rules import (
    DEAD_AFTER,
    FAILURES,
    LETTERS,
    MOST_DEVICES,
    OFFERED,
    Channel,
    Choice,
    LetterKind,
    default,
)
from community.kernel.context import Context
from community.kernel.db import db, execute, insert_missing
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import find
from community.kernel.push import check_endpoint, check_keys, pushes


@operation
def choose(ctx: Context, wanted: Preferences) -> Preferences:
    """Say how the actor is told; what ``wanted`` does not name stays. Repeating it changes nothing.

    Returns what has changed. Raises Invalid for what is not offered, such as to switch off what is
    always told.
    """
    for (topic, channel), choice in wanted.items():
        absent = channel is Channel.PUSH and not pushes()
        if absent or choice not in OFFERED[topic].get(channel, ()):
            message = _("This cannot be chosen here.")
            raise Invalid(message, fields={f"{topic}-{channel}": [message]})
    find_account(ctx, ctx.person, lock=True)  # two windows: one after the other
    kept = {(row.topic, row.channel): row for row in db.session.scalars(visible_preferences(ctx))}
    changed = {}
    for (topic, channel), choice in wanted.items():
        usual, row = default(topic, channel), kept.get((topic, channel))
        if choice is (row.choice if row else usual):
            continue
        changed[topic, channel] = choice
        if row is None:
            made = {"topic": topic, "channel": channel, "choice": choice}
            db.session.add(Preference(user_id=ctx.person, at=ctx.now, **made))
        elif choice is usual:
            db.session.delete(row)
        else:
            row.choice, row.at = choice, ctx.now
    _record(ctx, changed)
    return changed


@operation
def choose_defaults(ctx: Context) -> Preferences:
    """Have the actor told as somebody who chose nothing; returns what has changed."""
    usual = {
        (topic, channel): choices[0]
        for topic, by in OFFERED.items()
        for channel, choices in by.items()
        if channel is not Channel.PUSH or pushes()
    }
    return choose(ctx, usual)


@operation
def stop_letters(ctx: Context, kind: LetterKind) -> None:
    """Stop one kind of letter to the actor, who may have come by a link in one."""
    choose(ctx, {(topic, Channel.MAIL): Choice.OFF for topic in LETTERS[kind]})


@operation
def resume_letters(ctx: Context, kind: LetterKind) -> None:
    """Take ``stop_letters`` back: what is off comes as it does to who chose nothing."""
    chosen = preferences(ctx)
    mail = [(topic, Channel.MAIL) for topic in LETTERS[kind]]
    choose(ctx, {key: default(*key) for key in mail if chosen[key] is Choice.OFF})


def _record(ctx: Context, changed: Preferences) -> None:
    if changed:
        told = tuple(f"{topic} {channel} {choice}" for (topic, channel), choice in changed.items())
        record(PreferencesChosen(user_id=ctx.person, chosen=told))


# ------------------------------------------------------------------ devices


@operation
def add_device(
    ctx: Context, sign_in_id: uuid.UUID, *, endpoint: str, p256dh: str, auth: str
) -> PushDevice:
    """Tell the actor on the browser of a sign-in of theirs; it takes the place of what was there.

    Raises NotFound where nothing is pushed, Invalid for what no push service has, and Conflict for
    what is no browser, for an address that another browser has, and beyond ``MOST_DEVICES``.
    """
    if not pushes():
        raise NotFound
    _check(endpoint, p256dh, auth)
    find_account(ctx, ctx.person, lock=True)  # two windows: one after the other
    sign_in = db.session.scalar(visible_sign_ins(ctx).where(SignIn.id == sign_in_id))
    if sign_in is None:
        raise Conflict(_("Switch this on in a browser in which you are signed in."))
    same_browser = (
        PushDevice.endpoint == endpoint,
        PushDevice.p256dh == p256dh,
        PushDevice.auth == auth,
    )
    # who signs in where somebody else was, is told there from now on, and the other no more
    mine = sa.and_(PushDevice.user_id == ctx.person, PushDevice.sign_in_id == sign_in_id)
    execute(sa.delete(PushDevice).where(sa.or_(mine, sa.and_(*same_browser))))
    count = visible_devices(ctx).with_only_columns(sa.func.count())
    if execute(count).scalar_one() >= MOST_DEVICES:
        raise Conflict(_("That is as many devices as there can be. Take one away first."))
    device_id = new_key()
    row = {
        "id": device_id,
        "user_id": ctx.person,
        "sign_in_id": sign_in_id,
        "endpoint": endpoint,
        "p256dh": p256dh,
        "auth": auth,
        "name": sign_in.device,
        "made_at": ctx.now,
    }
    if not insert_missing(PushDevice, row, unique=("endpoint",)):
        raise Conflict(_("Another browser is told there. Try again."))
    record(DeviceAdded(user_id=ctx.person, device_id=device_id))
    return db.session.get_one(PushDevice, device_id)


def _check(endpoint: str, p256dh: str, auth: str) -> None:
    wrong = []
    try:
        check_endpoint(endpoint)
    except ValueError:
        wrong.append("endpoint")
    try:
        check_keys(p256dh, auth)
    except ValueError:
        wrong += ["p256dh", "auth"]
    if wrong:
        message = _("This is nothing that a browser gives.")
        raise Invalid(message, fields={name: [message] for name in wrong})


@operation
def remove_device(ctx: Context, device_id: uuid.UUID) -> None:
    """Tell the actor no more on a device of theirs. Raises NotFound."""
    find(visible_devices(ctx), device_id)
    _drop(PushDevice.id == device_id)


@operation
def drop_device(ctx: Context, device_id: uuid.UUID) -> None:
    """Forget a device of the actor that takes no messages any more."""
    _drop(sa.and_(PushDevice.id == device_id, PushDevice.user_id == ctx.person))


def drop_devices_of(sign_in_id: uuid.UUID) -> None:
    """Forget the device of a sign-in that has ended, inside an operation."""
    _drop(PushDevice.sign_in_id == sign_in_id)


def _drop(condition: sa.ColumnElement[bool]) -> None:
    gone = sa.delete(PushDevice).where(condition).returning(PushDevice.id, PushDevice.user_id)
    for device_id, user_id in execute(gone).all():
        record(DeviceRemoved(user_id=user_id, device_id=device_id))


@operation
def mark_told(ctx: Context, device_id: uuid.UUID, key: str) -> None:
    """Remember that a device of the actor got a message, by its key."""
    mine = (PushDevice.id == device_id, PushDevice.user_id == ctx.person)
    well = {"failures": 0, "failing_since": None, "failed_at": None}
    execute(sa.update(PushDevice).where(*mine).values(told=key, told_at=ctx.now, **well))


@operation
def note_failure(ctx: Context, device_id: uuid.UUID) -> bool:
    """Count that the push service of a device of the actor gave no answer.

    Returns whether a message waits for it: not beyond ``FAILURES``. One that fails for
    ``DEAD_AFTER`` is forgotten; whoever names an address that never answers keeps nobody busy.
    """
    mine = (PushDevice.id == device_id, PushDevice.user_id == ctx.person)
    failed = (
        sa.update(PushDevice)
        .where(*mine)
        .values(
            failures=PushDevice.failures + 1,
            failing_since=sa.func.coalesce(PushDevice.failing_since, ctx.now),
            failed_at=ctx.now,
        )
        .returning(PushDevice.failures, PushDevice.failing_since)
    )
    row = execute(failed).one_or_none()
    if row is None or row.failures < FAILURES:
        return row is not None
    if row.failing_since <= ctx.now - DEAD_AFTER:
        _drop(sa.and_(*mine))
    return False


@operation
def erase(ctx: Context) -> None:
    """Forget what the actor chose, and their devices: their account is being deleted."""
    for model in (Preference, PushDevice):
        execute(sa.delete(model).where(model.user_id == ctx.actor_id))
