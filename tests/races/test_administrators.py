"""An installation keeps an administrator, whoever dismisses whom at once."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from races.parallel import at_once

from community.accounts.models import User
from community.accounts.operations import (
    delete_account,
    dismiss_administrator,
    switch_off_account,
)
from community.kernel.db import db

pytestmark = pytest.mark.races


@pytest.mark.parametrize("act", ["dismiss", "switch off", "delete"])
def test_two_who_do_away_with_each_other_at_once_leave_one(app, act):
    first, second = (make_user(app, name, admin=True) for name in ("Ada Min", "Bo Min"))
    does = {
        "dismiss": lambda me, other: dismiss_administrator(acting(me, admin=True), other),
        "switch off": lambda me, other: switch_off_account(acting(me, admin=True), other),
        "delete": lambda me, _other: delete_account(acting(me, admin=True)),
    }[act]
    at_once(app, [lambda: does(first, second), lambda: does(second, first)])
    with app.app_context():
        left = db.session.scalars(
            sa.select(User.id).where(User.admin, User.deactivated_at.is_(None))
        ).all()
    assert len(left) >= 1
