"""Reporting a post, and who learns of it."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import make_thread, reply
from factories.moderation import make_case, make_decision, post_of

from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, NotFound, TooMany
from community.kernel.log import EventRow
from community.kernel.operation import unit_of_work
from community.moderation.models import Case, Report
from community.moderation.operations import report_post
from community.moderation.queries import case_seen, counts, queue
from community.moderation.rules import MOST_REPORTS, Outcome, Reason, Show
from community.spaces.models import Space


def lines(app, who, space_id=None, show=Show.OPEN):
    with app.app_context():
        return queue(acting(who), space_id, show=show).items


def test_reports_of_one_post_are_one_line_for_those_who_lead(app, place):
    make_case(app, place.post_id, place.other, place.observer, note="It hurts.")
    for who in ("owner", "organiser", "facilitator"):
        [line] = lines(app, place.people[who], place.space_id)
        assert (line.reports, line.author.name, line.number) == (2, "Member Example", 2)
    with app.app_context():
        seen = case_seen(acting(place.facilitator), line.id)
    assert [(one.by.name, one.reason, one.note) for one in seen.reports] == [
        ("Ola Other", Reason.UNKIND, "It hurts."),
        ("Observer Example", Reason.UNKIND, "It hurts."),
    ]
    assert seen.before["number"] == 1


@pytest.mark.parametrize("who", ["member", "other", "observer", "outsider"])
def test_nobody_else_finds_the_case(app, place, who):
    case_id = make_case(app, place.post_id, place.other)
    assert lines(app, place.people[who]) == []
    with app.app_context(), pytest.raises(NotFound):
        case_seen(acting(place.people[who]), case_id)


def test_who_leads_does_not_see_who_reported_their_own_post(app, place):
    own = post_of(app, make_thread(app, place.space_id, place.facilitator), 1)
    case_id = make_case(app, own, place.other)
    assert lines(app, place.facilitator) == []
    with app.app_context():
        assert counts(acting(place.facilitator), None).open == 0
        with pytest.raises(NotFound):
            case_seen(acting(place.facilitator), case_id)
    assert [line.id for line in lines(app, place.organiser)] == [case_id]


def test_a_second_report_of_one_person_changes_nothing(app, place):
    make_case(app, place.post_id, place.other, note="First.")
    make_case(app, place.post_id, place.other, note="Second.")
    with app.app_context():
        assert list(db.session.scalars(sa.select(Report.note))) == ["First."]


def test_a_report_after_the_decision_opens_another_case(app, place):
    first = make_case(app, place.post_id, place.other)
    make_decision(app, first, place.facilitator, Outcome.KEPT)
    assert make_case(app, place.post_id, place.observer) != first
    assert [line.id for line in lines(app, place.owner, show=Show.DONE)] == [first]


def test_the_log_does_not_say_who_reported(app, place):
    make_case(app, place.post_id, place.other)
    with app.app_context():
        names = db.session.scalars(
            sa.select(EventRow.name).where(EventRow.actor_id == place.other)
        ).all()
    assert list(names) == []


@pytest.mark.parametrize(("who", "refusal"), [("member", Forbidden), ("outsider", NotFound)])
def test_who_may_not_report_changes_nothing(app, place, who, refusal):
    with app.app_context(), pytest.raises(refusal):
        report_post(acting(place.people[who]), place.post_id, reason=Reason.OTHER)
    with app.app_context():
        assert db.session.scalars(sa.select(Case.id)).all() == []


def test_an_archived_space_takes_no_report(app, place):
    ctx = Context.begin(None)
    with app.app_context(), unit_of_work(ctx):
        db.session.get_one(Space, place.space_id).archived_at = ctx.now
    with app.app_context(), pytest.raises(Conflict):
        report_post(acting(place.other), place.post_id, reason=Reason.OTHER)


def test_one_person_reports_so_many_a_day(app, place):
    for _ in range(MOST_REPORTS + 1):
        reply(app, place.thread_id, place.member)
    posts = [post_of(app, place.thread_id, number) for number in range(3, MOST_REPORTS + 4)]
    for post_id in posts[:-1]:
        make_case(app, post_id, place.other)
    with app.app_context(), pytest.raises(TooMany):
        report_post(acting(place.other), posts[-1], reason=Reason.OTHER)
    tomorrow = acting(place.other, now=dt.datetime.now(dt.UTC) + dt.timedelta(days=1, hours=1))
    with app.app_context():
        report_post(tomorrow, posts[-1], reason=Reason.OTHER)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Report)) == MOST_REPORTS + 1
