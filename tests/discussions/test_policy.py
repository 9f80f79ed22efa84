"""Who may do what: every role against every rule."""

import pytest
from conftest import acting

from community.discussions.models import Thread, ThreadKind
from community.discussions.policy import (
    kinds_open_to,
    may_announce,
    may_reply,
    may_start_thread,
    visible_threads,
)
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.kernel.policy import find
from community.spaces.models import Space

pytestmark = pytest.mark.usefixtures("inside")

#            who           reads  replies  starts  announces
RULES = [
    ("owner", True, True, True, True),
    ("organiser", True, True, True, True),
    ("facilitator", True, True, True, True),
    ("member", True, True, True, False),
    ("observer", True, False, False, False),
    ("outsider", False, False, False, False),
    (None, False, False, False, False),
]


@pytest.mark.parametrize(("who", "reads", "replies", "starts", "announces"), RULES)
def test_each_role_has_its_rights(place, who, reads, replies, starts, announces):
    ctx = acting(place.people[who] if who else None)
    thread = db.session.get_one(Thread, place.thread_id)
    space = db.session.get_one(Space, place.space_id)
    assert (thread in db.session.scalars(visible_threads(ctx)).all()) is reads
    assert may_reply(ctx, thread) is replies
    assert may_start_thread(ctx, space) is starts
    assert may_announce(ctx, space) is announces
    assert (ThreadKind.ANNOUNCEMENT in kinds_open_to(ctx, place.space_id)) is announces
    assert bool(kinds_open_to(ctx, place.space_id)) is starts


def test_a_hidden_thread_is_refused_like_one_that_never_was(place):
    member, outsider = acting(place.member), acting(place.outsider)
    assert find(visible_threads(member), place.thread_id).id == place.thread_id
    with pytest.raises(NotFound) as hidden:
        find(visible_threads(outsider), place.thread_id)
    with pytest.raises(NotFound) as absent:
        find(visible_threads(member), place.space_id)
    assert hidden.value.as_problem() == absent.value.as_problem()
