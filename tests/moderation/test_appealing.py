"""A second look at a decision."""

import datetime as dt

import pytest
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread
from factories.moderation import make_case, make_decision, post_of
from factories.spaces import join, make_space
from letters import text_of

from community.accounts.models import User
from community.discussions.models import Post, Removal
from community.discussions.operations import restore_post, wipe_removed
from community.discussions.rules import HIDDEN_KEPT_FOR
from community.home.queries.desk import desk_head
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, NotFound
from community.kernel.jobs import run_everything
from community.moderation.models import Decision
from community.moderation.operations import answer_appeal, appeal_decision
from community.moderation.queries import case_seen, counts, decision_about_me, record_of
from community.moderation.rules import APPEAL_WITHIN, Outcome
from community.spaces.models import Role


@pytest.fixture
def hidden(app, place):
    """The member's post is hidden by the facilitator; returns the id of the decision."""
    case_id = make_case(app, place.post_id, place.other)
    return make_decision(app, case_id, place.facilitator)


def ask(app, who, decision_id, **more):
    with app.app_context():
        appeal_decision(acting(who, **more), decision_id, text="I meant the gauges.")


def removal_of(app, post_id):
    with app.app_context():
        return db.session.get_one(Post, post_id).removal


def test_who_is_concerned_asks_once_and_somebody_else_takes_it_back(app, place, hidden):
    ask(app, place.member, hidden)
    with app.app_context(), pytest.raises(Conflict):
        appeal_decision(acting(place.member), hidden, text="Again.")
    with app.app_context(), pytest.raises(Forbidden):
        answer_appeal(acting(place.facilitator), hidden, overturn=True)
    with app.app_context():
        assert counts(acting(place.owner), None).open == 1
        answer_appeal(acting(place.owner), hidden, overturn=True, words="You are right.")
    assert removal_of(app, place.post_id) is None
    with app.app_context():
        told = decision_about_me(acting(place.member), hidden)
        assert told.overturned_at is not None
        assert told.answer == "You are right."
        assert counts(acting(place.owner), None).open == 0
        acts = record_of(acting(place.owner), place.space_id).items
        assert (acts[0].what, acts[0].before, acts[0].after) == ("answer", "hidden", "overturned")


def test_a_decision_that_stays_stays(app, place, hidden):
    ask(app, place.member, hidden)
    with app.app_context():
        answer_appeal(acting(place.owner), hidden, overturn=False, words="It was unkind.")
        with pytest.raises(Conflict):
            answer_appeal(acting(place.organiser), hidden, overturn=True)
    assert removal_of(app, place.post_id) is Removal.STAFF
    with app.app_context():
        told = decision_about_me(acting(place.member), hidden)
        assert (told.overturned_at, told.answer) == (None, "It was unkind.")


def test_who_decided_answers_where_nobody_else_leads(app):
    space_id = make_space(app, slug="alone")
    leader, member, other = (make_user(app, f"{name} Example") for name in ("Lea", "Mia", "Oda"))
    join(app, space_id, leader, Role.OWNER)
    for who in (member, other):
        join(app, space_id, who, Role.MEMBER)
    post_id = post_of(app, make_thread(app, space_id, member), 1)
    decision = make_decision(app, make_case(app, post_id, other), leader)
    ask(app, member, decision)
    with app.app_context():
        answer_appeal(acting(leader), decision, overturn=True)
    assert removal_of(app, post_id) is None


@pytest.mark.parametrize("who", ["other", "observer", "outsider"])
def test_nobody_else_reads_a_decision_or_asks(app, place, hidden, who):
    with app.app_context(), pytest.raises(NotFound):
        decision_about_me(acting(place.people[who]), hidden)
    with app.app_context(), pytest.raises(NotFound):
        appeal_decision(acting(place.people[who]), hidden, text="For them.")


def test_who_leads_does_not_ask_for_the_author(app, place, hidden):
    with app.app_context(), pytest.raises(Forbidden):
        appeal_decision(acting(place.owner), hidden, text="For them.")


def test_it_can_be_too_late(app, place, hidden):
    late = dt.datetime.now(dt.UTC) + APPEAL_WITHIN + dt.timedelta(minutes=1)
    with pytest.raises(Conflict):
        ask(app, place.member, hidden, now=late)
    with app.app_context():
        assert not decision_about_me(acting(place.member, now=late), hidden).may_appeal


def test_a_second_look_asked_for_on_the_last_day_still_finds_the_post(app, browse, place, hidden):
    now = dt.datetime.now(dt.UTC)
    ask(app, place.member, hidden, now=now + APPEAL_WITHIN - dt.timedelta(hours=1))
    later = now + APPEAL_WITHIN + dt.timedelta(days=10)
    with app.app_context():
        assert wipe_removed(acting(None, now=later)) == 0
        answer_appeal(acting(place.owner, now=later), hidden, overturn=True)
    assert removal_of(app, place.post_id) is None
    assert "there to be read again" in browse(place.member).get(f"/me/decisions/{hidden}").text


def test_a_later_decision_that_hides_a_post_holds(app, browse, postbox, place, hidden):
    ask(app, place.member, hidden)
    with app.app_context():
        restore_post(acting(place.organiser), place.post_id)
    make_decision(app, make_case(app, place.post_id, place.observer), place.organiser)
    with app.app_context():
        answer_appeal(acting(place.owner), hidden, overturn=True)
        address = db.session.get_one(User, place.member).email
    assert removal_of(app, place.post_id) is Removal.STAFF
    run_everything(app)
    told = text_of(postbox.letters_to(address)[-1])
    assert "Your post does not come back" in told
    assert "read again" not in told
    page = browse(place.member).get(f"/me/decisions/{hidden}").text
    assert "Your post does not come back" in page
    assert "read again" not in page


def test_a_post_whose_words_are_gone_does_not_come_back(app, place, hidden):
    ask(app, place.member, hidden)
    late = dt.datetime.now(dt.UTC) + HIDDEN_KEPT_FOR + dt.timedelta(minutes=1)
    with app.app_context():
        answer_appeal(acting(place.owner, now=late), hidden, overturn=True)
        assert db.session.get_one(Decision, hidden).overturned_at is not None
    assert removal_of(app, place.post_id) is Removal.STAFF


def test_a_warning_is_taken_back(app, place):
    case_id = make_case(app, place.post_id, place.other)
    decision = make_decision(app, case_id, place.facilitator, Outcome.WARNED)
    ask(app, place.member, decision)
    with app.app_context():
        answer_appeal(acting(place.owner), decision, overturn=True)
        assert case_seen(acting(place.owner), case_id).decision.overturned_at is not None


def test_nobody_answers_what_nobody_asked(app, place, hidden):
    with app.app_context(), pytest.raises(Conflict):
        answer_appeal(acting(place.owner), hidden, overturn=True)


def test_the_desk_counts_what_waits_and_second_looks_of_its_space_only(app, place, hidden):
    ask(app, place.member, hidden)
    make_case(app, post_of(app, place.thread_id, 1), place.other)
    elsewhere = make_space(app, slug="elsewhere")
    for who, role in ((place.organiser, Role.OWNER), (place.other, Role.MEMBER)):
        join(app, elsewhere, who, role)
    make_case(app, post_of(app, make_thread(app, elsewhere, place.other), 1), place.organiser)
    with app.app_context():
        assert desk_head(acting(place.organiser), "tide-school").reports == 2
        assert desk_head(acting(place.organiser), "elsewhere").reports == 1
        assert desk_head(acting(place.owner), "tide-school").reports == 1  # the other is their own
