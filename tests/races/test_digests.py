"""Two workers at once: a letter waits in one digest, and a digest is owed once."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from races.parallel import at_once

from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.outbox import OutboxRow
from community.kernel.posting import Why
from community.mailing.models import LedgerEntry
from community.mailing.operations import choose_times, note_letter, owe_digests
from community.mailing.rules import Fate, Rhythm

pytestmark = pytest.mark.races


def held(until):
    return {"kind": "answer", "subject": "", "why": Why.DIGEST, "until": until, "job": "a.job"}


def test_two_workers_that_owe_digests_owe_each_once(app):
    people = [make_user(app, f"Person {number}") for number in range(3)]
    with app.app_context():
        for person in people:
            for number in range(5):
                ctx = acting(person)
                note_letter(ctx, str(number), fate=Fate.HELD, told=held(clock()))
    at_once(app, [lambda: owe_digests(acting(None))] * 4)
    with app.app_context():
        owed = db.session.scalars(
            sa.select(OutboxRow).where(OutboxRow.job == "mailing.mail_digest")
        ).all()
        taken = db.session.execute(sa.select(LedgerEntry.user_id, LedgerEntry.into)).all()
    assert len(owed) == 3
    assert {(row.actor_id, row.payload["digest_id"]) for row in owed} == {
        (row.user_id, str(row.into)) for row in taken
    }


def test_the_last_of_two_windows_is_kept_and_one_letter_has_one_line(app):
    ana = make_user(app, "Ana Lima")
    hours = range(6)
    acts = [
        lambda hour=hour: choose_times(
            acting(ana),
            rhythm=Rhythm.DAILY,
            hour=hour,
            weekday=0,
            quiet_from=None,
            quiet_to=None,
        )
        for hour in hours
    ]
    notes = [lambda: note_letter(acting(ana), "a", fate=Fate.SENT, told=held(None))] * 3
    assert at_once(app, [*acts, *notes]) == [None] * 9
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) == 1
