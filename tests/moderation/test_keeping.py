"""How long reports and decisions are kept."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.moderation import make_case, make_decision

from community.kernel.db import db
from community.kernel.sweeping import sweep
from community.moderation.models import Appeal, Decision, ModerationAct, Report
from community.moderation.operations import appeal_decision, wipe_decisions
from community.moderation.queries import case_seen, decisions_about_me, record_of
from community.moderation.rules import DECIDED_KEPT_FOR, Outcome

DAY = dt.timedelta(days=1)


def swept(app, span):
    """Sweep and wipe as the worker does, some time from now."""
    ctx = acting(None, now=dt.datetime.now(dt.UTC) + span)
    with app.app_context():
        sweep(ctx)
        wipe_decisions(ctx)


def rows(app, *models):
    with app.app_context():
        counted = (sa.select(sa.func.count()).select_from(model) for model in models)
        return [db.session.scalar(each) for each in counted]


@pytest.fixture
def decided(app, place):
    """A decision that was asked about again; another post's report waits."""
    case_id = make_case(app, place.post_id, place.other, place.observer)
    decision = make_decision(app, case_id, place.facilitator, words="Ask kindly.", note="Third.")
    with app.app_context():
        appeal_decision(acting(place.member), decision, text="I meant the gauges.")
    return case_id


def test_what_was_decided_loses_its_words_after_a_while_and_the_record_stays(app, place, decided):
    swept(app, DECIDED_KEPT_FOR - DAY)
    assert rows(app, Report, Appeal) == [2, 1]
    swept(app, DECIDED_KEPT_FOR + DAY)
    assert rows(app, Report, Appeal, Decision, ModerationAct) == [0, 0, 1, 1]
    with app.app_context():
        [act] = record_of(acting(place.owner), place.space_id).items
        assert (act.what, act.after, act.words) == ("decide", "hidden", "")
        assert [each.words for each in decisions_about_me(acting(place.member))] == [""]
        seen = case_seen(acting(place.owner), decided)
        assert (seen.decision.outcome, seen.decision.words, seen.decision.note) == (
            Outcome.HIDDEN,
            "",
            "",
        )


def test_words_of_an_old_decision_are_said_to_be_gone(app, browse, place, decided):
    swept(app, DECIDED_KEPT_FOR + DAY)
    with app.app_context():
        [told] = decisions_about_me(acting(place.member))
    page = browse(place.member).get(f"/me/decisions/{told.id}")
    assert "not kept any more" in page.text
    assert browse(place.owner).get(f"/moderation/cases/{decided}").status_code == 200


def test_what_waits_is_kept(app, place):
    case_id = make_case(app, place.post_id, place.other)
    swept(app, DECIDED_KEPT_FOR + DAY)
    with app.app_context():
        assert case_seen(acting(place.owner), case_id).line.reports == 1
