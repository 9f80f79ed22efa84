"""Who may do what to a session: every role against every rule."""

import pytest
from conftest import acting
from factories.live import make_attendance, make_session

from community.kernel.db import db
from community.live import policy
from community.live.models import LiveSession, SessionState
from community.live.operations import post_message
from community.spaces.models import Space

pytestmark = pytest.mark.usefixtures("inside")

EVERYBODY = ("owner", "organiser", "facilitator", "member", "observer", "outsider", "nobody")
LEADS = {"owner", "organiser", "facilitator"}
WRITES = LEADS | {"member"}
READS = WRITES | {"observer"}


def context_of(cast, who):
    return acting(None if who == "nobody" else getattr(cast, who))


@pytest.fixture
def session_id(app, cast):
    return make_session(app, cast.space, cast.owner, state=SessionState.LIVE)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (policy.may_start_session, LEADS),
        (policy.may_end_session, LEADS),
        (policy.may_set_video_link, LEADS),
        (policy.may_lower_any_hand, LEADS),
        (policy.may_see_attendance, LEADS),
        (policy.may_post_message, WRITES),
        (policy.may_raise_hand, WRITES),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_one_may_do_with_a_session_follows_from_the_role(cast, session_id, rule, allowed, who):
    session = db.session.get_one(LiveSession, session_id)
    assert rule(context_of(cast, who), session) is (who in allowed)


@pytest.mark.parametrize("who", EVERYBODY)
def test_those_who_lead_a_space_plan_its_sessions(cast, who):
    space = db.session.get_one(Space, cast.space)
    assert policy.may_schedule_session(context_of(cast, who), space) is (who in LEADS)


@pytest.mark.parametrize("who", EVERYBODY)
def test_members_of_any_role_see_sessions_and_what_was_said(cast, session_id, who):
    post_message(acting(cast.member), session_id, body="Hello")
    ctx = context_of(cast, who)
    seen = [row.id for row in db.session.scalars(policy.visible_sessions(ctx))]
    said = [row.body for row in db.session.scalars(policy.visible_messages(ctx))]
    assert (seen, said) == (([session_id], ["Hello"]) if who in READS else ([], []))


@pytest.mark.parametrize("who", EVERYBODY)
def test_attendance_is_seen_by_those_who_lead_and_ones_own_by_oneself(app, cast, session_id, who):
    make_attendance(app, session_id, cast.member)
    make_attendance(app, session_id, cast.other)
    seen = {
        row.user_id for row in db.session.scalars(policy.visible_attendance(context_of(cast, who)))
    }
    if who in LEADS:
        assert seen == {cast.member, cast.other}
    else:
        assert seen == ({cast.member} if who == "member" else set())


def test_every_rule_of_the_feature_is_asked_here_or_by_what_pages_offer():
    asked = {rule.__name__ for rule in policy.ABILITIES.values()} | {"may_schedule_session"}
    assert asked == {name for name in vars(policy) if name.startswith("may_")}
