"""Whether a code is somebody's: taken once, counted when wrong, refused while one must wait."""

import enum
from collections.abc import Callable

import sqlalchemy as sa

from community.accounts.events import CodesHeld, RecoveryCodeUsed
from community.accounts.formats.codes import hold_after, is_app_code, step_of, tidy, unseal
from community.accounts.models import CodeApp, RecoveryCode, WrongCodes
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import record
from community.kernel.secrets import digest_of


class Verdict(enum.Enum):
    """What became of a code; a wrong one is a fact to be kept, so it is no error."""

    RIGHT = enum.auto()
    WRONG = enum.auto()
    HELD = enum.auto()  # too many wrong ones: not even looked at
    COPIED = enum.auto()  # a passkey whose count went back: there may be two of it


def take_code(ctx: Context, typed: str) -> Verdict:
    """Take a code of the actor's app, or one of their recovery codes; each works once.

    Call it in a unit of work that holds the actor's account locked: two that use one code, or try
    two at once, then come one after the other.
    """
    code = tidy(typed)
    of = _of_app if is_app_code(code) else _of_recovery
    return counted(ctx, lambda: of(ctx, code))


def counted(ctx: Context, check: Callable[[], bool], *, told: bool = True) -> Verdict:
    """Ask whether a code is right, unless one must wait; count it where it is wrong.

    ``told``: the person learns by letter that one must wait, since it may not have been they.
    """
    tries = db.session.scalar(
        sa.select(WrongCodes)
        .where(WrongCodes.user_id == ctx.person)
        .execution_options(populate_existing=True)
    )
    if tries and tries.held_until and tries.held_until > ctx.now:
        return Verdict.HELD
    if check():
        if tries:
            db.session.delete(tries)
        return Verdict.RIGHT
    if tries is None:
        tries = WrongCodes(user_id=ctx.person, in_a_row=0)
        db.session.add(tries)
    tries.in_a_row += 1
    hold = hold_after(tries.in_a_row)
    if hold is not None:
        tries.held_until = ctx.now + hold
        if told:
            record(CodesHeld(user_id=ctx.person, until=tries.held_until, at=ctx.now))
    return Verdict.WRONG


def _of_app(ctx: Context, code: str) -> bool:
    app = db.session.scalar(
        sa.select(CodeApp)
        .where(CodeApp.user_id == ctx.person, CodeApp.confirmed_at.is_not(None))
        .execution_options(populate_existing=True)
    )
    return app is not None and app_takes(ctx, app, code)


def app_takes(ctx: Context, app: CodeApp, code: str) -> bool:
    """Whether a tidy code is the app's now and was not used before; it is used hereby."""
    secret = unseal(app.sealed)
    step = step_of(secret, code, ctx.now) if secret else None
    if step is None or step <= app.last_step:
        return False
    app.last_step = step
    return True


def _of_recovery(ctx: Context, code: str) -> bool:
    row = db.session.scalar(
        sa.select(RecoveryCode).where(
            RecoveryCode.user_id == ctx.person,
            RecoveryCode.digest == digest_of(code),
            RecoveryCode.used_at.is_(None),
        )
    )
    if row is None:
        return False
    row.used_at = ctx.now
    record(RecoveryCodeUsed(user_id=ctx.person, code_id=row.id, at=ctx.now))
    return True
