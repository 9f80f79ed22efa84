"""A verdict that is reached twice at one moment, and acts on one certificate from all sides.

One certificate an enrolment is a unique key; its row is held by whoever changes it.
"""

import threading
import time

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.certificates import make_certificate, reach
from factories.progress import make_learner, make_run
from races.parallel import at_once

from community.accounts.operations import delete_account
from community.certificates.models import Certificate
from community.certificates.operations import (
    issue_certificate,
    name_certificate,
    reissue_certificate,
    revoke_certificate,
    want_name,
)
from community.certificates.rules import Reason
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.log import EventRow
from community.kernel.operation import unit_of_work
from community.kernel.outbox import OutboxRow

pytestmark = pytest.mark.races

WHY = {"reason": Reason.MISTAKE, "note": "Not theirs."}


def logged():
    names = sa.select(EventRow.name).where(EventRow.name.startswith("certificates."))
    return [name.partition(".")[2] for name in db.session.scalars(names.order_by(EventRow.id))]


def test_a_verdict_reached_twice_at_once_is_one_certificate_and_one_letter(app):
    world = make_run(app)
    _ana, mine = make_learner(app, world)
    answers = at_once(
        app, [lambda: issue_certificate(acting(None), mine, policy=1) for _n in range(8)]
    )
    assert answers == [None] * 8
    with app.app_context():
        [made] = db.session.scalars(sa.select(Certificate))
        assert (made.edition, made.enrolment_id) == (1, mine)
        assert logged() == ["certificate_issued"]
        owed = sa.select(OutboxRow.job).where(OutboxRow.job.startswith("certificates."))
        assert db.session.scalars(owed).all() == ["certificates.mail_issued"]


def test_each_edition_is_one_act_however_many_come_at_once(app):
    world = make_run(app)
    ana, mine = make_learner(app, world)
    key = make_certificate(app, mine)
    acts = [lambda n=n: name_certificate(acting(ana), key, name=f"Ana {n}th") for n in range(5)]
    answers = at_once(app, acts)
    assert sorted(answer.edition for answer in answers) == [2, 3, 4, 5, 6]


def test_revoked_and_named_at_once_is_revoked(app):
    world = make_run(app)
    ana, mine = make_learner(app, world)
    key = make_certificate(app, mine)
    acts = [lambda n=n: name_certificate(acting(ana), key, name=f"Ana {n}th") for n in range(3)]
    acts += [lambda: revoke_certificate(acting(world.owner), key, **WHY) for _n in range(3)]
    answers = at_once(app, acts)
    assert not [
        each for each in answers if isinstance(each, Exception) and type(each) is not Conflict
    ]
    with app.app_context():
        row = db.session.get_one(Certificate, key)
        assert row.revoked_at is not None
        assert logged().count("certificate_revoked") == 1
    at_once(app, [lambda: reissue_certificate(acting(world.owner), key) for _n in range(4)])
    with app.app_context():
        assert logged().count("certificate_reissued") == 1


def test_a_wish_from_two_windows_is_one_of_them(app):
    world = make_run(app)
    ana, mine = make_learner(app, world)
    at_once(app, [lambda n=n: want_name(acting(ana), name=f"Ana {n}th") for n in range(4)])
    reach(app, mine)
    with app.app_context():
        [made] = db.session.scalars(sa.select(Certificate))
        assert made.name in {f"Ana {n}th" for n in range(4)}


def test_who_deletes_their_account_meanwhile_leaves_no_certificate(app):
    """The certificate is written and not kept yet: the account's end waits, and takes it along."""
    world = make_run(app)
    ana, mine = make_learner(app, world)
    written = threading.Event()

    def complete():
        ctx = acting(None)
        with unit_of_work(ctx):
            issue_certificate(ctx, mine, policy=1)
            written.set()
            time.sleep(0.5)

    def leave():
        written.wait(10)
        delete_account(acting(ana))

    assert at_once(app, [complete, leave]) == [None, None]
    with app.app_context():
        assert db.session.scalars(sa.select(Certificate)).all() == []
