"""Taking a case on, and deciding about it."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import make_thread
from factories.moderation import make_case, make_decision, post_of
from letters import text_of

from community.accounts.models import User
from community.discussions.models import Post, Removal
from community.discussions.operations import remove_post, restore_post
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.jobs import run_everything
from community.kernel.outbox import OutboxRow
from community.moderation.models import Decision
from community.moderation.operations import (
    answer_appeal,
    appeal_decision,
    claim_case,
    decide_case,
    release_case,
)
from community.moderation.queries import case_seen, counts, decisions_about_me, record_of
from community.moderation.rules import CLAIM_LASTS, Outcome, Reason
from community.spaces.rules import REASONS


@pytest.fixture
def case_id(app, place):
    return make_case(app, place.post_id, place.other)


def removal_of(app, post_id):
    with app.app_context():
        return db.session.get_one(Post, post_id).removal


def owed(app):
    with app.app_context():
        rows = db.session.scalars(sa.select(OutboxRow)).all()
        return sorted((row.job, row.actor_id) for row in rows if row.job.startswith("moderation"))


def test_who_takes_a_case_on_is_shown_and_others_wait(app, place, case_id):
    with app.app_context():
        claim_case(acting(place.facilitator), case_id)
        assert case_seen(acting(place.owner), case_id).line.claimed_by.name == "Facilitator Example"
        assert counts(acting(place.facilitator), None).mine == 1
    for act in (claim_case, release_case):
        with app.app_context(), pytest.raises(Conflict, match="Facilitator Example"):
            act(acting(place.owner), case_id)
    with app.app_context(), pytest.raises(Conflict):
        decide_case(acting(place.owner), case_id, outcome=Outcome.KEPT)
    with app.app_context():
        release_case(acting(place.facilitator), case_id)
        claim_case(acting(place.owner), case_id)


def test_a_claim_ends_by_itself(app, place, case_id):
    with app.app_context():
        claim_case(acting(place.facilitator), case_id)
    later = dt.datetime.now(dt.UTC) + CLAIM_LASTS + dt.timedelta(minutes=1)
    with app.app_context():
        assert case_seen(acting(place.owner, now=later), case_id).line.claimed_by is None
        claim_case(acting(place.owner, now=later), case_id)


def test_a_hidden_post_is_gone_and_who_has_to_know_is_told(app, place, case_id):
    make_decision(app, case_id, place.facilitator, words="Ask it kindly.")
    assert removal_of(app, place.post_id) is Removal.STAFF
    assert owed(app) == sorted(
        [("moderation.mail_decision", place.member), ("moderation.mail_looked_at", place.other)]
    )
    with app.app_context():
        [told] = decisions_about_me(acting(place.member))
    assert (told.outcome, told.reason, told.words) == (
        Outcome.HIDDEN,
        Reason.UNKIND,
        "Ask it kindly.",
    )


def test_a_kept_post_stays_and_its_author_learns_nothing(app, place, case_id):
    make_decision(app, case_id, place.facilitator, Outcome.KEPT, words="Not for them.")
    assert removal_of(app, place.post_id) is None
    assert owed(app) == [("moderation.mail_looked_at", place.other)]
    with app.app_context():
        assert decisions_about_me(acting(place.member)) == []
        assert db.session.scalars(sa.select(Decision.words)).all() == [""]


def test_a_warning_leaves_the_post(app, place, case_id):
    make_decision(app, case_id, place.facilitator, Outcome.WARNED)
    assert removal_of(app, place.post_id) is None
    with app.app_context():
        [told] = decisions_about_me(acting(place.member))
    assert told.outcome is Outcome.WARNED


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, {"reason", "words"}),
        ({"reason": Reason.UNKIND}, {"words"}),
        ({"words": "Why."}, {"reason"}),
    ],
)
def test_nobody_is_told_without_a_reason(app, place, case_id, given, fields):
    with app.app_context(), pytest.raises(Invalid) as refused:
        decide_case(acting(place.owner), case_id, outcome=Outcome.HIDDEN, **given)
    assert set(refused.value.fields) == fields
    assert removal_of(app, place.post_id) is None


def test_what_is_decided_is_not_decided_again(app, place, case_id):
    make_decision(app, case_id, place.facilitator, Outcome.KEPT)
    for act in (
        claim_case,
        release_case,
        lambda ctx, key: decide_case(ctx, key, outcome=Outcome.KEPT),
    ):
        with app.app_context(), pytest.raises(Conflict):
            act(acting(place.owner), case_id)


def test_a_facilitator_hides_an_owners_post_but_does_not_warn_an_owner(app, place):
    post_id = post_of(app, place.thread_id, 1)
    case_id = make_case(app, post_id, place.other)
    with app.app_context(), pytest.raises(Forbidden):
        decide_case(
            acting(place.facilitator),
            case_id,
            outcome=Outcome.WARNED,
            reason=Reason.UNKIND,
            words="No.",
        )
    make_decision(app, case_id, place.facilitator)
    assert removal_of(app, post_id) is Removal.STAFF


def test_nobody_decides_about_their_own_post_or_in_another_space(app, place):
    own = post_of(app, make_thread(app, place.space_id, place.facilitator), 1)
    case_id = make_case(app, own, place.other)
    for who in (place.facilitator, place.member, place.outsider):
        with app.app_context(), pytest.raises(NotFound):
            decide_case(acting(who), case_id, outcome=Outcome.KEPT)


def test_what_its_author_took_away_nobody_reads(app, place, case_id):
    with app.app_context():
        remove_post(acting(place.member), place.post_id)
        assert case_seen(acting(place.owner), case_id).html == ""
    make_decision(app, case_id, place.owner, Outcome.KEPT)
    assert removal_of(app, place.post_id) is Removal.AUTHOR


def test_who_took_their_post_away_first_does_not_undo_the_decision(app, place, case_id):
    with app.app_context():
        remove_post(acting(place.member), place.post_id)
    make_decision(app, case_id, place.owner)
    assert removal_of(app, place.post_id) is Removal.STAFF
    with app.app_context(), pytest.raises(NotFound):
        restore_post(acting(place.member), place.post_id)


def test_who_leads_does_not_put_their_own_hidden_post_back(app, place):
    own = post_of(app, make_thread(app, place.space_id, place.facilitator), 1)
    make_decision(app, make_case(app, own, place.other), place.owner)
    with app.app_context(), pytest.raises(NotFound):
        restore_post(acting(place.facilitator), own)
    assert removal_of(app, own) is Removal.STAFF


def test_putting_a_hidden_post_back_is_a_line_of_the_record(app, place, case_id):
    make_decision(app, case_id, place.facilitator)
    with app.app_context():
        restore_post(acting(place.organiser), place.post_id)
        [act, *_] = record_of(acting(place.owner), place.space_id).items
    assert (act.what, act.before, act.after, act.by.name) == (
        "restore",
        "hidden",
        "restored",
        "Organiser Example",
    )


def test_a_removal_by_who_leads_is_a_decision_and_putting_it_back_lifts_it(
    app, place, case_id, postbox
):
    with app.app_context():
        claim_case(acting(place.facilitator), case_id)
        remove_post(acting(place.organiser), place.post_id, reason=Reason.ADVERTISING)
        seen = case_seen(acting(place.owner), case_id)
        assert (seen.decision.outcome, seen.decision.reason) == (Outcome.HIDDEN, Reason.ADVERTISING)
        assert seen.line.closed_at is not None
        [told] = decisions_about_me(acting(place.member))
        assert told.may_appeal
        address = db.session.get_one(User, place.member).email
    run_everything(app)
    [letter] = [text_of(one) for one in postbox.letters_to(address)]
    assert str(REASONS[Reason.ADVERTISING]) in letter
    assert "They write" not in letter
    with app.app_context():
        restore_post(acting(place.facilitator), place.post_id)
        with pytest.raises(Conflict):
            appeal_decision(acting(place.member), told.id, text="Look again.")
        acts = record_of(acting(place.owner), place.space_id).items
        assert [(act.what, act.by.name) for act in acts[:2]] == [
            ("restore", "Facilitator Example"),
            ("decide", "Organiser Example"),
        ]
        [told] = decisions_about_me(acting(place.member))
        assert (told.stands, told.may_appeal, told.lifted_at is None) == (True, False, False)
    run_everything(app)
    letters = [text_of(one) for one in postbox.letters_to(address)]
    assert "was put back" in letters[-1]
    assert len(letters) == 2


def test_a_removal_without_a_report_opens_a_case_that_a_second_look_ends(app, place, postbox):
    with app.app_context():
        address = db.session.get_one(User, place.member).email
        remove_post(acting(place.organiser), place.post_id)
        restore_post(acting(place.organiser), place.post_id)
    run_everything(app)
    assert not any("hidden" in text_of(one) for one in postbox.letters_to(address))
    with app.app_context():
        remove_post(acting(place.organiser), place.post_id)
        told = decisions_about_me(acting(place.member))[0]
        assert told.reason is None
        appeal_decision(acting(place.member), told.id, text="It was a joke.")
        answer_appeal(acting(place.facilitator), told.id, overturn=True)
    assert removal_of(app, place.post_id) is None
    with app.app_context():
        assert decisions_about_me(acting(place.member))[0].lifted_at is None
        remove_post(acting(place.member), place.post_id)  # their own act is none
        assert len(decisions_about_me(acting(place.member))) == 2


def test_every_act_is_a_line_of_the_record(app, place, case_id):
    with app.app_context():
        claim_case(acting(place.facilitator), case_id)
        release_case(acting(place.facilitator), case_id)
    make_decision(app, case_id, place.owner, words="Ask it kindly.", note="Third time.")
    with app.app_context():
        acts = record_of(acting(place.organiser), place.space_id).items
        assert [(act.what, act.before, act.after, act.by.name) for act in acts] == [
            ("decide", "open", "hidden", "Owner Example"),
            ("release", "claimed", "open", "Facilitator Example"),
            ("claim", "open", "claimed", "Facilitator Example"),
        ]
        assert (acts[0].reason, acts[0].words) == (Reason.UNKIND, "Ask it kindly.")
        assert record_of(acting(place.member), None).items == []
        assert record_of(acting(place.outsider), None).items == []
