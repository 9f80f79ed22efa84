"""Every revocation is handed out once, however late its transaction committed."""

import datetime as dt

import pytest
from conftest import acting

from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.kernel.revocation import LOOK_BACK, Revocation, RevocationReader, revoke

pytestmark = pytest.mark.usefixtures("inside")


def test_a_revocation_is_read_once():
    reader, who, space = RevocationReader(), new_key(), new_key()
    assert reader.read() == []
    with unit_of_work(acting(None)):
        revoke(who, space_id=space)
    [row] = reader.read()
    assert (row.user_id, row.space_id, row.sign_in_id) == (who, space, None)
    assert reader.read() == []


def test_one_that_commits_behind_a_newer_one_is_still_read():
    reader = RevocationReader()
    with unit_of_work(acting(None)):
        revoke(new_key())
    assert len(reader.read()) == 1
    late = new_key()
    with unit_of_work(acting(None)):
        at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=20)
        db.session.add(Revocation(at=at, user_id=late))
    assert [row.user_id for row in reader.read()] == [late]


def test_one_whose_request_waited_long_is_read():
    reader, who = RevocationReader(), new_key()
    waited = acting(None, now=dt.datetime.now(dt.UTC) - 2 * LOOK_BACK)
    with unit_of_work(waited):
        revoke(who)
    assert [row.user_id for row in reader.read()] == [who]
