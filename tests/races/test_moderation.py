"""Two who look after a space meet over one report."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread, reply
from factories.moderation import make_case, make_decision, post_of
from factories.spaces import join, make_space
from races.parallel import at_once

from community.discussions.models import Post
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.moderation.models import Case, Decision, ModerationAct, Report
from community.moderation.operations import (
    answer_appeal,
    appeal_decision,
    claim_case,
    decide_case,
    report_post,
)
from community.moderation.rules import Outcome, Reason
from community.spaces.models import Role

pytestmark = pytest.mark.races


@pytest.fixture
def space_id(app):
    return make_space(app)


def people(app, space_id, role, number):
    made = [make_user(app, f"{role.value.title()} {n}") for n in range(number)]
    for user_id in made:
        join(app, space_id, user_id, role)
    return made


@pytest.fixture
def leaders(app, space_id):
    return people(app, space_id, Role.FACILITATOR, 4)


@pytest.fixture
def members(app, space_id):
    return people(app, space_id, Role.MEMBER, 5)


@pytest.fixture
def post_id(app, space_id, members):
    thread_id = make_thread(app, space_id, members[0])
    reply(app, thread_id, members[0])
    return post_of(app, thread_id, 2)


def won(answers):
    assert [a for a in answers if isinstance(a, Exception) and not isinstance(a, Conflict)] == []
    return [a for a in answers if not isinstance(a, Exception)]


def test_of_those_who_take_a_case_on_at_once_one_has_it(app, post_id, leaders, members):
    case_id = make_case(app, post_id, members[1])
    answers = at_once(app, [lambda who=who: claim_case(acting(who), case_id) for who in leaders])
    [held] = won(answers)
    with app.app_context():
        assert db.session.get_one(Case, case_id).claimed_by == held.claimed_by
        assert db.session.scalar(sa.select(sa.func.count()).select_from(ModerationAct)) == 1


def test_those_who_decide_at_once_decide_once(app, post_id, leaders, members):
    case_id = make_case(app, post_id, members[1])
    acts = [
        lambda who=who: decide_case(
            acting(who),
            case_id,
            outcome=Outcome.HIDDEN,
            reason=Reason.UNKIND,
            words="Write kindly.",
        )
        for who in leaders
    ]
    assert len(won(at_once(app, acts))) == 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 1


def test_reports_at_once_make_one_case(app, post_id, members):
    acts = [
        lambda who=who: report_post(acting(who), post_id, reason=Reason.OTHER)
        for who in [*members[1:], *members[1:]]
    ]
    won(at_once(app, acts))
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Report)) == 4


def test_a_report_beside_a_decision_is_in_it_or_opens_another_case(app, post_id, leaders, members):
    case_id = make_case(app, post_id, members[1])
    acts = [
        lambda who=who: report_post(acting(who), post_id, reason=Reason.OTHER)
        for who in members[2:]
    ]
    acts.insert(1, lambda: decide_case(acting(leaders[0]), case_id, outcome=Outcome.KEPT))
    won(at_once(app, acts))
    with app.app_context():
        closed_at = db.session.get_one(Case, case_id).closed_at
        late = db.session.scalars(
            sa.select(Report.id)
            .join(Decision, Decision.case_id == Report.case_id)
            .join(Case, Case.id == Report.case_id)
            .where(Report.case_id == case_id)
        ).all()
        open_ones = db.session.scalars(sa.select(Case.id).where(Case.closed_at.is_(None))).all()
        waiting = db.session.scalars(
            sa.select(Report.id).where(Report.case_id.in_(open_ones))
        ).all()
    assert closed_at is not None
    assert len(open_ones) <= 1
    assert len(late) + len(waiting) == 4


def test_a_second_look_is_taken_once(app, post_id, leaders, members):
    decision = make_decision(app, make_case(app, post_id, members[1]), leaders[0])
    with app.app_context():
        appeal_decision(acting(members[0]), decision, text="Look again.")
    acts = [
        lambda who=who, back=back: answer_appeal(acting(who), decision, overturn=back)
        for who, back in zip(leaders[1:], (True, False, True), strict=True)
    ]
    [kept] = won(at_once(app, acts))
    with app.app_context():
        stands = db.session.get_one(Post, post_id).removal is None
    assert stands == (kept.overturned_at is not None)
