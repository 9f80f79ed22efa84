"""A post that is moved to another space: its case stays with those it was reported to."""

import pytest
from conftest import acting
from factories.accounts import make_user
from factories.moderation import make_case, make_decision
from factories.spaces import join, make_space

from community.discussions.models import Post, Removal
from community.discussions.operations import move_thread
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.moderation.operations import (
    answer_appeal,
    appeal_decision,
    decide_case,
    report_post,
)
from community.moderation.queries import (
    case_seen,
    counts,
    decision_about_me,
    my_report,
    queue,
    record_of,
)
from community.moderation.rules import Outcome, Reason, Show
from community.spaces.models import Role

HIDE = {"outcome": Outcome.HIDDEN, "reason": Reason.UNKIND, "words": "Write kindly."}


@pytest.fixture
def away(app, place):
    """Another space, of which the organiser is a facilitator, too; returns it and who owns it."""
    space_id = make_space(app, slug="away", name="Away")
    owner = make_user(app, "Ada Away")
    join(app, space_id, owner, Role.OWNER)
    join(app, space_id, place.organiser, Role.FACILITATOR)
    return space_id, owner


@pytest.fixture
def move(app, place, away):
    """Moves the thread away, as the organiser."""

    def moved():
        with app.app_context():
            move_thread(acting(place.organiser), place.thread_id, space_id=away[0])

    return moved


def removal_of(app, post_id):
    with app.app_context():
        return db.session.get_one(Post, post_id).removal


def test_its_case_stays_and_nobody_of_the_other_space_reads_it(app, place, away, move):
    case_id = make_case(app, place.post_id, place.other, note="It hurts.")
    move()
    with app.app_context():
        assert counts(acting(away[1]), None).open == 0
        assert queue(acting(away[1]), None, show=Show.OPEN).items == []
        with pytest.raises(NotFound):
            case_seen(acting(away[1]), case_id)
        [line] = queue(acting(place.owner), place.space_id, show=Show.OPEN).items
    assert (line.id, line.space_id) == (case_id, place.space_id)


def test_its_words_are_read_by_those_only_who_belong_where_it_stands(app, place, away, move):
    case_id = make_case(app, place.post_id, place.other, note="It hurts.")
    move()
    with app.app_context():
        seen = case_seen(acting(place.owner), case_id)
        assert (seen.html, seen.before, seen.line.thread_title) == ("", None, "")
        assert [report.note for report in seen.reports] == ["It hurts."]
        assert "Only fools" in case_seen(acting(place.organiser), case_id).html


def test_the_page_of_a_case_says_that_it_was_moved(app, browse, place, move):
    case_id = make_case(app, place.post_id, place.other)
    move()
    client = browse(place.owner)
    for address in (f"/moderation/cases/{case_id}", "/moderation"):
        page = client.get(address)
        assert page.status_code == 200
        assert "moved to another space" in page.text
        assert "Who reads the gauges?" not in page.text


def test_who_leads_both_spaces_hides_it_and_who_does_not_keeps_it(app, place, move):
    case_id = make_case(app, place.post_id, place.other)
    move()
    with app.app_context(), pytest.raises(Conflict, match="moved to another space"):
        decide_case(acting(place.owner), case_id, **HIDE)
    assert removal_of(app, place.post_id) is None
    with app.app_context():
        decide_case(acting(place.organiser), case_id, **HIDE)
    assert removal_of(app, place.post_id) is Removal.STAFF
    with app.app_context():
        [act, *_] = record_of(acting(place.owner), place.space_id).items
        assert act.what == "decide"


def test_a_report_from_the_other_space_opens_a_case_there(app, place, away, move):
    first = make_case(app, place.post_id, place.other)
    move()
    reader = make_user(app, "Rea Reader")
    join(app, away[0], reader, Role.MEMBER)
    with app.app_context():
        report_post(acting(reader), place.post_id, reason=Reason.OTHER)
        assert my_report(acting(reader), place.post_id)
        [line] = queue(acting(away[1]), None, show=Show.OPEN).items
        assert (line.reports, line.space_id) == (1, away[0])
        assert line.id != first
        assert case_seen(acting(place.owner), first).line.reports == 1


def test_who_is_concerned_reads_where_it_was_decided(app, place, move):
    decision = make_decision(app, make_case(app, place.post_id, place.other), place.facilitator)
    move()
    with app.app_context():
        told = decision_about_me(acting(place.member), decision)
        assert (told.space_name, told.thread_title) == ("Tide school", None)


def test_a_second_look_takes_the_decision_back_and_the_post_where_one_leads(app, place, move):
    decision = make_decision(app, make_case(app, place.post_id, place.other), place.facilitator)
    move()
    with app.app_context():
        appeal_decision(acting(place.member), decision, text="I meant the gauges.")
        answer_appeal(acting(place.owner), decision, overturn=True)
        assert decision_about_me(acting(place.member), decision).overturned_at is not None
    assert removal_of(app, place.post_id) is Removal.STAFF
