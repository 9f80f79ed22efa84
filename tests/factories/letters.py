"""Letters that somebody stopped."""

import uuid
from typing import TypedDict

from flask import Flask

from community.correspondence.models import StoppedLetter
from community.correspondence.queries import stop_token
from community.correspondence.rules import LetterKind
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work


class Stopped(TypedDict):
    """A stopped kind of letter by its id, and the secret of the link that stops another."""

    stopped: uuid.UUID
    stop_letters: str


def stopped_letters(app: Flask, user_id: uuid.UUID) -> Stopped:
    """Stop somebody's announcements; returns what a test looks for."""
    key = new_key()
    ctx = Context.begin(user_id)
    with app.app_context():
        with unit_of_work(ctx):
            db.session.add(
                StoppedLetter(id=key, user_id=user_id, kind=LetterKind.ANNOUNCEMENT, at=ctx.now)
            )
        return {"stopped": key, "stop_letters": stop_token(user_id, LetterKind.MESSAGE)}
