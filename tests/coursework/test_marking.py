"""What was handed in is marked by who leads: given back or accepted, also a week after a run."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.assignments import WORDS
from factories.progress import (
    close,
    make_member,
)
from letters import text_of

from community.accounts.models import User
from community.certificates.models import Certificate
from community.cohorts.models import Run
from community.cohorts.policy import find_run
from community.coursework.models import (
    AssignmentWork,
    Marking,
    Stage,
    Submission,
)
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.jobs import run_everything
from community.kernel.operation import unit_of_work
from community.kernel.outbox import OutboxRow
from community.progress.models import ActivityState, LearningEvent, Summary
from community.progress.operations import rebuild, settle_verdicts
from community.progress.queries import verdicts_of
from community.progress.queries.mine import my_progress
from community.progress.rules.cells import totals
from community.spaces.models import Role
from community.spaces.operations import change_role, remove_member


def test_it_is_given_back_worked_on_and_accepted(course):
    ana = course()
    ana.hand_in()
    with pytest.raises(Invalid) as refused:
        ana.mark(outcome=Marking.RETURNED, comment="")
    assert "comment" in refused.value.fields
    ana.mark(outcome=Marking.RETURNED, levels={}, comment="Say *why*.")
    assert ana.only(AssignmentWork).stage is Stage.RETURNED
    assert ana.waiting() == []
    ana.hand_in(f"{WORDS} Or else.", 1, "handed-in-2")
    with pytest.raises(Conflict):
        ana.mark(1, Marking.ACCEPTED, edition=1)  # there is a newer version
    with pytest.raises(Invalid) as refused:
        ana.mark(2, Marking.ACCEPTED, levels={"c1": "c1l1"})
    assert "c2" in refused.value.fields["levels"]
    with pytest.raises(Invalid):
        ana.mark(2, levels={"c1": "c2l1"})
    ana.mark(2, Marking.ACCEPTED)
    assert ana.acts() == [("handed_in", 1.0), ("handed_in", 2.0), ("accepted", 2.0)]
    with pytest.raises(Conflict):
        ana.mark(2, Marking.RETURNED, edition=1)
    corrected = ana.mark(2, Marking.ACCEPTED, levels={"c1": "c1l2", "c2": "c2l1"}, edition=1)
    assert corrected.edition == 2
    assert ana.acts()[-1] == ("accepted", 2.0)
    assert len(ana.acts()) == 3
    with pytest.raises(Conflict):
        ana.hand_in("And again more.", 2, "handed-in-3")
    assert [line.number for line in ana.waiting(show="answered")] == [2, 1]


def test_who_accepts_a_piece_of_work_does_nothing_in_its_learners_name(course):
    ana = course()
    ana.hand_in()
    with ana.app.app_context(), unit_of_work(acting(None)):
        act = db.session.scalars(sa.select(LearningEvent)).one()
        act.happened_at -= dt.timedelta(days=4)
        db.session.scalars(sa.select(ActivityState)).one().begun_at = act.happened_at
        mine = sa.select(Summary).where(Summary.enrolment_id == ana.mine)
        db.session.scalars(mine).one().last_active_at = before = act.happened_at
    ana.mark(outcome=Marking.ACCEPTED)
    assert [kind for kind, _value in ana.acts()] == ["handed_in", "accepted"]
    with ana.app.app_context():
        assert db.session.scalars(mine).one().last_active_at == before
        ctx = acting(ana.ana)
        days = my_progress(ctx, find_run(ctx, ana.world.run), ana.mine, "UTC").days
        assert [day.acts for day in days] == [1]
        found = rebuild(acting(None, origin="shell"))
    assert (found.states_corrected, found.summaries_corrected) == (0, 0)


def test_two_who_mark_hear_of_each_other(course):
    ana = course()
    ana.hand_in()
    ana.mark(comment="Fay reads.")
    with pytest.raises(Conflict) as stale:
        ana.mark(outcome=Marking.ACCEPTED, who=ana.world.owner)
    assert "Fay Lee has marked this" in str(stale.value.message)
    ana.mark(outcome=Marking.ACCEPTED, edition=1, who=ana.world.owner)


def test_only_who_leads_marks_and_others_find_nothing(app, course):
    ana = course()
    ana.hand_in()
    watcher = make_member(app, ana.world, "Ole Berg", role=Role.OBSERVER)
    with pytest.raises(Forbidden):
        ana.mark(who=ana.ana)
    for who in (ana.ben, watcher):
        with pytest.raises(NotFound):
            ana.mark(who=who)
    with pytest.raises(Forbidden):
        ana.hand_in(who=ana.fay)
    with ana.app.app_context():
        remove_member(acting(ana.world.owner), ana.world.space, ana.ana)
    with pytest.raises(NotFound):
        ana.mark()


def test_nobody_marks_their_own(app, course):
    ana = course()
    ana.hand_in()
    with app.app_context():
        change_role(acting(ana.world.owner), ana.world.space, ana.ana, role=Role.FACILITATOR)
    with pytest.raises((Conflict, NotFound)):
        ana.mark(who=ana.ana)


def test_what_was_handed_in_before_a_run_closed_counts_when_it_is_marked_after(app, course):
    ana = course()
    ana.hand_in()
    close(app, ana.world)
    with app.app_context():
        settle_verdicts(acting(None), ana.world.run)
        assert verdicts_of(ana.mine) == []
    ana.mark(outcome=Marking.ACCEPTED)
    with app.app_context():
        row = sa.select(Summary.cells).where(Summary.enrolment_id == ana.mine)
        assert totals(db.session.scalar(row)).percent == 100
        assert [each.outcome.value for each in verdicts_of(ana.mine)] == ["completed"]
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Certificate)) == 1
    with pytest.raises(Conflict):
        ana.hand_in(client_id="handed-in-2")


def test_a_week_after_a_run_closed_nothing_is_marked_any_more(app, browse, course):
    ana = course()
    ana.hand_in()
    close(app, ana.world)
    fay, where = browse(ana.fay), f"{ana.queue}/{ana.version().id}"
    said = fay.get(where).text
    assert "The run is over. Until" in said
    assert "Accept" in said
    with app.app_context(), unit_of_work(Context.begin(None)):
        run = db.session.get_one(Run, ana.world.run)
        run.closed_at -= dt.timedelta(days=7, minutes=1)
    with pytest.raises(Conflict, match="run is over"):
        ana.mark(outcome=Marking.ACCEPTED)
    with app.app_context(), unit_of_work(Context.begin(None)):
        db.session.get_one(Run, ana.world.run).closed_at = dt.datetime.now(dt.UTC)
        db.session.execute(sa.update(Submission).values(handed_in_at=dt.datetime.now(dt.UTC)))
    with pytest.raises(Conflict, match="run is over"):
        ana.mark(outcome=Marking.ACCEPTED)  # it came after the run had closed
    assert "The run is over. Until" not in fay.get(where).text


def test_whoever_closes_a_run_reads_how_much_waits(browse, course):
    ana = course()
    client = browse(ana.world.owner)
    pages = [f"/spaces/{ana.world.slug}/manage", f"/spaces/{ana.world.slug}/manage/run"]
    for address in pages:
        assert "that wait to be marked" not in client.get(address).text
    ana.hand_in()
    for address in pages:
        question = client.get(address).text.split("data-question>Close this run")[1]
        assert "Hand-ins and essays that wait to be marked: 1." in question.split("</p>")[0]


def test_a_letter_leads_to_what_was_said(app, course, postbox):
    ana = course()
    ana.hand_in()
    ana.mark(outcome=Marking.RETURNED)
    with app.app_context():
        address = db.session.scalar(sa.select(User.email).where(User.id == ana.ana))
        run_everything(app)
    [letter] = postbox.letters_to(address)
    said = text_of(letter)
    assert "Fay Lee has read what you handed in, and gives it back to you." in said
    assert f"{ana.page}#work" in said
    ana.mark(outcome=Marking.ACCEPTED, edition=1)
    with app.app_context():
        run_everything(app)
    subjects = [letter["Subject"] for letter in postbox.letters_to(address)]
    assert any("was accepted" in subject for subject in subjects)


def test_what_was_marked_anew_before_a_letter_left_is_told_once(app, course, postbox):
    ana = course()
    ana.hand_in()
    ana.mark(outcome=Marking.RETURNED)
    ana.mark(outcome=Marking.ACCEPTED, edition=1)
    with app.app_context():
        address = db.session.scalar(sa.select(User.email).where(User.id == ana.ana))
        owed = sa.select(OutboxRow).where(OutboxRow.job == "coursework.mail_marked")
        assert len(db.session.scalars(owed).all()) == 2
        run_everything(app)
    told = [letter["Subject"] for letter in postbox.letters_to(address)]  # of a certificate, too
    assert len([each for each in told if "was accepted" in each]) == 1


def test_a_letter_tells_what_became_of_it(app, course):
    ana = course()
    ana.hand_in()
    ana.mark()
    ana.mark(outcome=Marking.RETURNED, edition=1)
    with app.app_context():
        rows = db.session.scalars(
            sa.select(OutboxRow).where(OutboxRow.job == "coursework.mail_marked")
        ).all()
        assert [row.payload["edition"] for row in rows] == [2]
