"""Every revocation is handed out once, however late its transaction committed."""

import datetime as dt

import pytest
from conftest import acting

from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.kernel.revocation import RevocationReader, revoke

pytestmark = pytest.mark.usefixtures("inside")


def test_a_revocation_is_read_once():
    reader, who, space = RevocationReader(), new_key(), new_key()
    assert reader.read() == []
    with unit_of_work(acting(None)):
        revoke(acting(None), who, space_id=space)
    [row] = reader.read()
    assert (row.user_id, row.space_id, row.sign_in_id) == (who, space, None)
    assert reader.read() == []


def test_one_that_commits_behind_a_newer_one_is_still_read():
    reader = RevocationReader()
    now = dt.datetime.now(dt.UTC)
    with unit_of_work(acting(None)):
        revoke(acting(None, now=now), new_key())
    assert len(reader.read()) == 1
    late = new_key()
    with unit_of_work(acting(None)):
        revoke(acting(None, now=now - dt.timedelta(seconds=20)), late)
    assert [row.user_id for row in reader.read()] == [late]
