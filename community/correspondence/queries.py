"""Which letters somebody wants, asked by every job that writes one."""

import uuid
from typing import Any

import sqlalchemy as sa

from community.correspondence.models import StoppedLetter
from community.correspondence.policy import visible_stopped_letters
from community.correspondence.rules import LetterKind
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.secrets import sign, signed

_STOPPING = "stop letters"


def stopped(ctx: Context) -> set[LetterKind]:
    """Return the kinds of letter the actor has stopped."""
    return {row.kind for row in db.session.scalars(visible_stopped_letters(ctx))}


def wants(user_id: uuid.UUID, kind: LetterKind) -> bool:
    """Whether somebody still wants letters of a kind; asked again just before one leaves."""
    return not db.session.scalar(sa.select(is_stopped(user_id, kind)))


def is_stopped(user: Any, kind: LetterKind) -> sa.ColumnElement[bool]:
    """Whether somebody, an id or a column of one, stopped letters of a kind; for a statement."""
    return sa.exists().where(StoppedLetter.user_id == user, StoppedLetter.kind == kind)


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
