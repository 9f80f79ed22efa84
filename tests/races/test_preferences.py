"""Two windows of one person choose what reaches them."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_sign_in, make_user
from factories.letters import given_by
from races.parallel import at_once

from community.correspondence.models import Preference, PushDevice
from community.correspondence.operations import add_device, choose, choose_defaults
from community.correspondence.rules import (
    LETTERS,
    MOST_DEVICES,
    Channel,
    Choice,
    LetterKind,
    Topic,
)
from community.kernel.db import db
from community.kernel.errors import Conflict

pytestmark = pytest.mark.races


def test_several_windows_choose_one_after_the_other_and_leave_one_row_a_topic(app):
    ana = make_user(app, "Ana Lima")
    answers = {(topic, Channel.MAIL): Choice.DIGEST for topic in LETTERS[LetterKind.ANSWER]}
    reminders = {(Topic.REMINDER, Channel.MAIL): Choice.OFF}
    acts = [lambda: choose(acting(ana), answers | reminders)] * 3
    back = [lambda: choose_defaults(acting(ana))] * 2
    assert not [made for made in at_once(app, acts + back) if isinstance(made, Exception)]
    with app.app_context():
        rows = db.session.scalars(sa.select(Preference)).all()
        assert len(rows) in {0, len(answers) + 1}
        choose(acting(ana), answers)
        choose_defaults(acting(ana))
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Preference)) == 0


def test_no_more_devices_tell_somebody_than_may_and_a_browser_is_one_persons(app):
    ana, bo = make_user(app, "Ana Lima"), make_user(app, "Bo Chen")
    here = [make_sign_in(app, ana) for _ in range(MOST_DEVICES + 3)]
    many = [
        lambda sign_in=sign_in: add_device(acting(ana), sign_in, **given_by(sign_in.hex))
        for sign_in in here
    ]
    answers = at_once(app, many)
    assert sum(isinstance(made, Conflict) for made in answers) == 3
    there = make_sign_in(app, bo)
    both = [
        lambda: add_device(acting(bo), there, **given_by("shared")),
        lambda: add_device(acting(ana), here[0], **given_by("shared")),
    ]
    at_once(app, both)
    with app.app_context():
        count = sa.select(sa.func.count()).select_from(PushDevice)
        shared = PushDevice.endpoint.endswith("/shared")
        assert db.session.scalar(count.where(shared)) == 1
        assert db.session.scalar(count.where(PushDevice.user_id == ana)) <= MOST_DEVICES
