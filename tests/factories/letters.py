"""Letters that somebody stopped, when others come, and what became of one."""

import uuid
from typing import TypedDict

from flask import Flask

from community.correspondence.models import Preference
from community.correspondence.operations import add_device
from community.correspondence.queries import stop_token
from community.correspondence.rules import Channel, Choice, LetterKind, Topic
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.mailing.models import AddressTrouble, LetterTimes, ReplyKey
from community.mailing.operations import note_letter
from community.mailing.rules import Fate, Rhythm


def given_by(browser: str) -> dict[str, str]:
    """Return what a browser of some name gives to be told in."""
    return {
        "endpoint": f"https://push.example.org/{browser}",
        "p256dh": "BLR5vH_Rk2ZnYbsrv3khD_fBZPwTJpfcRLZBo1R0St_Fe33mIuEan69kxB22giXl"
        "CEzc5DwFiNNBbHxJI4lsdSw",
        "auth": "AAECAwQFBgcICQoLDA0ODw",
    }


def make_device(app: Flask, user_id: uuid.UUID, sign_in_id: uuid.UUID, browser: str) -> uuid.UUID:
    """Have somebody told in the browser of a sign-in; returns the device's id."""
    with app.app_context():
        return add_device(Context.begin(user_id), sign_in_id, **given_by(browser)).id


class Stopped(TypedDict):
    """What is switched off by its id, and the secret of the link that stops a kind of letter."""

    stopped: uuid.UUID
    stop_letters: str


def stopped_letters(app: Flask, user_id: uuid.UUID, word: str) -> Stopped:
    """Stop somebody's announcements; returns what a test looks for.

    Their other letters come daily, and one about their account was sent.
    """
    key = new_key()
    ctx = Context.begin(user_id)
    with app.app_context():
        with unit_of_work(ctx):
            chosen = {
                "topic": Topic.ANNOUNCEMENT,
                "channel": Channel.MAIL,
                "choice": Choice.OFF,
            }
            db.session.add(Preference(id=key, user_id=user_id, at=ctx.now, **chosen))
            today = ctx.now.date()
            db.session.add(AddressTrouble(user_id=user_id, since=today, last_on=today, days=1))
            db.session.add(ReplyKey(user_id=user_id, made_at=ctx.now))
            db.session.add(LetterTimes(user_id=user_id, rhythm=Rhythm.DAILY, hour=8, weekday=0))
            told = {"kind": "account", "subject": f"{word}-posted"}
            note_letter(ctx, "posted", fate=Fate.SENT, told=told)
        return {"stopped": key, "stop_letters": stop_token(user_id, LetterKind.MESSAGE)}
