"""Work is kept, handed in as versions, taken back, given back and accepted."""

import dataclasses
import datetime as dt
import io

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import assignment_settings, assignment_source, course_source, module_source
from factories.accounts import make_user
from factories.files import PDF, TXT
from factories.progress import (
    close,
    enrolment_id_of,
    have_come,
    make_learner,
    make_member,
    make_run,
)
from letters import text_of
from page_text import text_of as read_page

from community.academy.queries import rubric_texts
from community.accounts.models import User
from community.certificates.models import Certificate
from community.cohorts.models import Run
from community.cohorts.policy import find_run
from community.coursework.models import (
    AssignmentWork,
    Extension,
    Outcome,
    Stage,
    Submission,
    WorkFile,
)
from community.coursework.operations import (
    add_work_file,
    give_extension,
    hand_in_work,
    mark_submission,
    remove_work_file,
    save_work,
    take_back_extension,
    take_back_work,
)
from community.coursework.queries import hand_ins
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
from community.progress.rules.states import Status
from community.spaces.models import Role
from community.spaces.operations import change_role, remove_member

WORDS = "Dear keeper of *wells*, please share."
BEST = {"c1": "c1l1", "c2": "c2l1"}


class Course:
    """A run with an assignment: Ana and Ben learn in it, Fay and the owner lead it."""

    def __init__(self, app, **settings):
        self.app = app
        source = assignment_source(settings=assignment_settings(**settings))
        self.world = make_run(app, course_source(modules=(module_source(1, activities=(source,)),)))
        self.ana, self.mine = make_learner(app, self.world, "Ana Lind")
        self.ben, _ = make_learner(app, self.world, "Ben Ito")
        self.fay = make_member(app, self.world, "Fay Lee", role=Role.FACILITATOR)
        self.key = self.world.activities[0]
        self.page = f"/spaces/{self.world.slug}/learn/1/1"
        self.queue = f"/spaces/{self.world.slug}/hand-ins"
        self.api = f"/api/v1/runs/{self.world.run}/activities/{self.key}/assignment"

    def long_here(self):
        """Let its learners have come before it began: what is due for the group is for them."""
        have_come(self.app, self.world, 30)
        return self

    def act(self, operation, *args, who=None, **more):
        with self.app.app_context():
            return operation(acting(who or self.ana), *args, **more)

    def on(self, operation, who=None, **more):
        return self.act(operation, self.world.run, self.key, who=who, **more)

    def save(self, text=WORDS, revision=0, who=None):
        return self.on(save_work, who, text=text, revision=revision)

    def hand_in(self, text=WORDS, revision=0, client_id="handed-in-1", who=None):
        return self.on(hand_in_work, who, text=text, revision=revision, client_id=client_id)

    def take_back(self):
        return self.on(take_back_work)

    def add(self, name="letter.pdf", data=PDF, who=None):
        return self.on(add_work_file, who, name=name, source=io.BytesIO(data))

    def mark(self, number=1, outcome=None, levels=None, comment="Good.", edition=0, who=None):
        return self.act(
            mark_submission,
            self.version(number).id,
            who=who or self.fay,
            levels=BEST if levels is None else levels,
            comment=comment,
            edition=edition,
            outcome=outcome,
        )

    def extend(self, days=3, who=None):
        until = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
        return self.on(
            give_extension,
            who or self.fay,
            enrolment_id=self.mine,
            until=until + dt.timedelta(days=days),
            reason="Was ill.",
        )

    def only(self, model):
        with self.app.app_context():
            return db.session.scalars(sa.select(model)).one_or_none()

    def version_criteria(self):
        return rubric_texts(self.version().rubric)

    def version(self, number=1):
        with self.app.app_context():
            return db.session.scalars(
                sa.select(Submission)
                .join(AssignmentWork, AssignmentWork.id == Submission.work_id)
                .where(Submission.number == number, AssignmentWork.enrolment_id == self.mine)
            ).one()

    def waiting(self, who=None, **more):
        with self.app.app_context():
            ctx = acting(who or self.fay)
            return hand_ins(ctx, find_run(ctx, self.world.run), **more).items

    def acts(self):
        with self.app.app_context():
            rows = db.session.execute(
                sa.select(LearningEvent.kind, LearningEvent.value).order_by(LearningEvent.id)
            )
            return [tuple(row) for row in rows]


@pytest.fixture
def course(app):
    return lambda **settings: Course(app, **settings)


def test_what_is_written_is_kept_and_counts_nothing(course):
    ana = course()
    assert ana.save("So far").revision == 1
    with pytest.raises(Conflict) as clash:
        ana.save("Elsewhere")
    assert clash.value.details["kept"]["text"] == "So far"
    assert ana.save("So far").revision == 1
    assert ana.acts() == []
    assert ana.waiting() == []


def test_a_version_is_handed_in_and_a_retry_makes_no_other(course):
    ana = course()
    ana.add()
    assert ana.hand_in().status is Status.BEGUN
    assert ana.hand_in().status is Status.BEGUN
    with pytest.raises(Conflict):
        ana.hand_in(client_id="handed-in-2")
    with pytest.raises(Conflict):
        ana.save("More", 1)
    with pytest.raises(Conflict):
        ana.add("more.pdf")
    [line] = ana.waiting()
    assert (line.author.name, line.number, line.late, line.began) == ("Ana Lind", 1, False, False)
    assert ana.acts() == [("handed_in", 1.0)]
    with ana.app.app_context():
        files = db.session.scalars(sa.select(WorkFile).order_by(WorkFile.id)).all()
        assert [file.submission_id is None for file in files] == [True, False]


def test_what_it_asks_for_is_asked_for(course):
    ana = course(words=3, most=6, needed=1)
    for text, field in (("Too short", "text"), ("word " * 7, "text"), (WORDS, "upload")):
        with pytest.raises(Invalid) as refused:
            ana.hand_in(text)
        assert field in refused.value.fields
    ana.add()
    ana.hand_in()
    bare = course(words=0, files=0)
    with pytest.raises(Invalid):
        bare.hand_in("")
    files = course(text=False, files=1)
    with pytest.raises(Invalid):
        files.hand_in("A text")
    files.add()
    assert files.hand_in("").status is Status.BEGUN


def test_it_may_be_done_by_handing_in(course):
    ana = course(done="handed_in")
    assert ana.hand_in().status is Status.DONE
    ana.take_back()
    assert ana.acts() == [("handed_in", 1.0)]  # what was done stays done


def test_it_is_taken_back_while_nobody_has_begun(course):
    ana = course()
    ana.take_back()
    ana.hand_in()
    ana.take_back()
    ana.take_back()
    assert ana.waiting() == []
    assert ana.only(AssignmentWork).stage is Stage.OPEN
    with pytest.raises(NotFound):
        ana.mark()
    ana.hand_in(f"{WORDS} Soon.", 1, "handed-in-2")
    assert [line.number for line in ana.waiting()] == [2]
    ana.mark(2)
    with pytest.raises(Conflict):
        ana.take_back()
    assert [line.reader for line in ana.waiting()] == ["Fay Lee"]


def test_it_is_given_back_worked_on_and_accepted(course):
    ana = course()
    ana.hand_in()
    with pytest.raises(Invalid) as refused:
        ana.mark(outcome=Outcome.RETURNED, comment="")
    assert "comment" in refused.value.fields
    ana.mark(outcome=Outcome.RETURNED, levels={}, comment="Say *why*.")
    assert ana.only(AssignmentWork).stage is Stage.RETURNED
    assert ana.waiting() == []
    ana.hand_in(f"{WORDS} Or else.", 1, "handed-in-2")
    with pytest.raises(Conflict):
        ana.mark(1, Outcome.ACCEPTED, edition=1)  # there is a newer version
    with pytest.raises(Invalid) as refused:
        ana.mark(2, Outcome.ACCEPTED, levels={"c1": "c1l1"})
    assert "c2" in refused.value.fields["levels"]
    with pytest.raises(Invalid):
        ana.mark(2, levels={"c1": "c2l1"})
    ana.mark(2, Outcome.ACCEPTED)
    assert ana.acts() == [("handed_in", 1.0), ("handed_in", 2.0), ("accepted", 2.0)]
    with pytest.raises(Conflict):
        ana.mark(2, Outcome.RETURNED, edition=1)
    corrected = ana.mark(2, Outcome.ACCEPTED, levels={"c1": "c1l2", "c2": "c2l1"}, edition=1)
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
    ana.mark(outcome=Outcome.ACCEPTED)
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
        ana.mark(outcome=Outcome.ACCEPTED, who=ana.world.owner)
    assert "Fay Lee has marked this" in str(stale.value.message)
    ana.mark(outcome=Outcome.ACCEPTED, edition=1, who=ana.world.owner)


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


def test_in_a_closed_run_everything_stands_still(app, course):
    ana = course()
    ana.hand_in()
    close(app, ana.world)
    for act in (ana.take_back, ana.extend, ana.add):
        with pytest.raises(Conflict):
            act()
    assert ana.hand_in().status is Status.BEGUN  # a retry is answered


def test_what_was_handed_in_before_a_run_closed_counts_when_it_is_marked_after(app, course):
    ana = course()
    ana.hand_in()
    close(app, ana.world)
    with app.app_context():
        settle_verdicts(acting(None), ana.world.run)
        assert verdicts_of(ana.mine) == []
    ana.mark(outcome=Outcome.ACCEPTED)
    with app.app_context():
        percent = sa.select(Summary.percent).where(Summary.enrolment_id == ana.mine)
        assert db.session.scalar(percent) == 100
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
        ana.mark(outcome=Outcome.ACCEPTED)
    with app.app_context(), unit_of_work(Context.begin(None)):
        db.session.get_one(Run, ana.world.run).closed_at = dt.datetime.now(dt.UTC)
        db.session.execute(sa.update(Submission).values(handed_in_at=dt.datetime.now(dt.UTC)))
    with pytest.raises(Conflict, match="run is over"):
        ana.mark(outcome=Outcome.ACCEPTED)  # it came after the run had closed
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


# ------------------------------------------------------------------ due, grace, extension


def test_late_is_told_and_never_refused(course):
    ana = course(due=0, time="00:00").long_here()  # its module opened a week ago
    ana.hand_in()
    assert ana.version().late
    assert [line.number for line in ana.waiting(show="late")] == [1]


def test_what_answers_a_return_is_not_late_whenever_it_comes(course):
    ana = course(due=0, time="00:00").long_here()
    ana.extend()
    ana.hand_in()
    ana.on(take_back_extension, ana.fay, enrolment_id=ana.mine)
    ana.mark(outcome=Outcome.RETURNED)
    ana.hand_in("Dear keeper of wells, once more.", revision=1, client_id="handed-in-2")
    assert [ana.version(1).late, ana.version(2).late] == [False, False]
    ana.take_back()
    ana.hand_in("Dear keeper of wells, again.", revision=2, client_id="handed-in-3")
    assert not ana.version(3).late
    ben = course(due=0, time="00:00").long_here()
    ben.hand_in()
    ben.mark(outcome=Outcome.RETURNED)
    ben.hand_in("Dear keeper of wells, once more.", revision=1, client_id="handed-in-2")
    assert [ben.version(1).late, ben.version(2).late] == [True, False]


def test_grace_and_more_time_count_as_in_time(course):
    kind = course(due=0, time="00:00", grace=336).long_here()
    kind.hand_in()
    assert not kind.version().late
    ana = course(due=0, time="00:00").long_here()
    ana.extend()
    ana.hand_in()
    assert not ana.version().late
    ana.on(take_back_extension, ana.fay, enrolment_id=ana.mine)
    assert not ana.version().late
    assert ana.only(Extension) is None
    late = course(due=0, time="00:00").long_here()
    late.hand_in()
    assert late.version().late
    with pytest.raises(Forbidden):
        late.extend(who=late.ana)
    with pytest.raises(Invalid):
        late.extend(days=-1)
    late.extend()
    assert not late.version().late


def test_who_came_late_has_as_many_days_more_at_the_same_time_of_day(course):
    ana = course(due=2, time="18:00")
    ana.hand_in()
    version = ana.version()
    assert not version.late
    assert version.due_at > version.handed_in_at
    assert (version.due_at.hour, version.due_at.minute) == (18, 0)


def test_without_a_day_of_its_own_it_is_due_with_its_module(course):
    ana = course()
    ana.hand_in()
    version = ana.version()
    assert version.due_at is not None
    assert not version.late


# ------------------------------------------------------------------ files


def test_only_files_that_are_asked_for_are_taken(course):
    ana = course(sorts=["pdf"], files=1)
    for name, data, words in (
        ("notes.txt", TXT, "end in: pdf"),
        ("me.png", b"\x89PNG\r\n\x1a\n", "A picture alone"),
        ("none.pdf", b"", "empty"),
    ):
        with pytest.raises(Invalid) as refused:
            ana.add(name, data)
        assert words in refused.value.fields["upload"][0]
    one = ana.add("../../Über uns?.PDF")
    assert one.name == "Über uns?.pdf"
    assert ana.add("Über uns?.pdf").id == one.id
    with pytest.raises(Conflict):
        ana.add("other.pdf", PDF + b"\n")
    ana.act(remove_work_file, one.id)
    assert ana.only(WorkFile) is None
    none = course(files=0)
    with pytest.raises(Conflict):
        none.add()


def test_all_files_of_a_learner_have_a_limit(app, course, monkeypatch):
    ana = course(files=2)
    ana.add()
    installed = app.extensions["community"]
    less = dataclasses.replace(installed.settings, learner_limit=len(PDF) + 1)
    monkeypatch.setattr(installed, "settings", less)
    with pytest.raises(Conflict) as refused:
        ana.add("more.pdf", PDF + b"\n")
    assert "together" in str(refused.value.message)
    ana.add("same.pdf")  # what is kept already takes no more room


def test_a_file_is_loaded_by_its_learner_and_by_who_marks_once_it_is_handed_in(browse, course):
    ana = course()
    draft = ana.add()
    where = f"/hand-in-files/{draft.id}"
    assert browse(ana.ana).get(where).data == PDF
    for who in (ana.fay, ana.ben):
        assert browse(who).get(where).status_code == 404
    ana.hand_in()
    with ana.app.app_context():
        [handed_in] = db.session.scalars(
            sa.select(WorkFile.id).where(WorkFile.submission_id.is_not(None))
        )
    where = f"/hand-in-files/{handed_in}"
    answer = browse(ana.fay).get(where)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert browse(ana.ben).get(where).status_code == 404
    ana.take_back()
    assert browse(ana.fay).get(where).status_code == 404


# ------------------------------------------------------------------ the doors


def test_it_is_written_and_handed_in_without_scripts(browse, course):
    ana = course()
    client = browse(ana.ana)
    page = client.get(ana.page).text
    assert "those who facilitate this cohort read this" in page
    assert "2 criteria" in page
    sent = {"text": "So far", "revision": "0", "client_id": "from-a-form"}
    assert client.post(f"{ana.page}/work/draft", data=sent).status_code == 303
    upload = {**sent, "text": "So far it", "revision": "1", "upload": (io.BytesIO(PDF), "a.pdf")}
    answer = client.post(f"{ana.page}/work/files", data=upload, content_type="multipart/form-data")
    assert answer.status_code == 303
    page = client.get(ana.page).text
    assert "a.pdf" in page
    assert ">\nSo far it</textarea>" in page
    short = client.post(f"{ana.page}/work", data={**sent, "text": "Short", "revision": "2"})
    assert short.status_code == 422
    assert "It takes at least 3 words" in short.text
    whole = {**sent, "text": WORDS, "revision": "2"}
    forgot = client.post(f"{ana.page}/work", data={**whole, "upload": "b.pdf"})
    assert "not added it yet" in forgot.text
    assert client.post(f"{ana.page}/work", data=whole).status_code == 303
    page = client.get(ana.page).text
    assert "It waits to be read." in page
    assert "<textarea" not in page
    assert client.post(f"{ana.page}/work/take-back").status_code == 303
    assert "<textarea" in client.get(ana.page).text


def test_who_may_not_send_a_file_is_refused_before_it_is_read(app, browse, course):
    class Unread(io.BytesIO):
        def read(self, *_size):
            raise AssertionError("it was read")

        readline = readinto = read

    ana = course()
    outsider = make_user(app, "Out Sider")
    for who, status in ((ana.fay, 403), (outsider, 404)):
        answer = browse(who).post(
            f"{ana.page}/work/files",
            input_stream=Unread(),
            content_type="multipart/form-data; boundary=x",
            content_length=5_000_000,
        )
        assert answer.status_code == status


def test_a_clash_shows_both_texts(browse, course):
    ana = course()
    ana.save("From one window")
    sent = {"text": "From the other", "revision": "0", "client_id": "from-a-form"}
    answer = browse(ana.ana).post(f"{ana.page}/work/draft", data=sent)
    assert answer.status_code == 409
    assert "<ins>one window</ins>" in answer.text


def test_it_is_marked_on_its_page_and_its_learner_sees_what_was_said(browse, course):
    ana = course()
    ana.hand_in()
    fay = browse(ana.fay)
    page = fay.get(ana.queue).text
    assert "Ana Lind" in page
    where = f"{ana.queue}/{ana.version().id}"
    assert "*wells*" not in fay.get(where).text
    assert "<em>wells</em>" in fay.get(where).text
    kept = {"level.c1": "c1l2", "comment": "Say **why**.", "edition": "0"}
    assert fay.post(where, data=kept).status_code == 303
    assert "Say" not in browse(ana.ana).get(ana.page).text.split('id="work"')[1]
    stale = browse(ana.world.owner).post(where, data={**kept, "comment": "Mine"})
    assert stale.status_code == 409
    assert "Fay Lee has marked this" in stale.text
    assert ">\nMine</textarea>" in stale.text
    back = {**kept, "edition": "1", "outcome": "returned"}
    assert fay.post(where, data=back).status_code == 303
    page = browse(ana.ana).get(ana.page).text
    assert "<strong>why</strong>" in page
    assert "1 of 5 points" in page
    assert "Hand in again" in page
    ana.hand_in(WORDS.replace("share", "share it"), 1, "handed-in-2")
    second = f"{ana.queue}/{ana.version(2).id}"
    assert "<ins>" in fay.get(second).text
    done = {"level.c1": "c1l1", "level.c2": "c2l1", "comment": "", "edition": "0"}
    assert fay.post(second, data={**done, "outcome": "accepted"}).status_code == 303
    page = browse(ana.ana).get(ana.page).text
    assert "Accepted by Fay Lee" in page
    assert "5 of 5 points" in page
    assert "<textarea" not in page
    for who, status in ((ana.ben, 403), (ana.ana, 403)):
        assert browse(who).get(ana.queue).status_code == status
        assert browse(who).get(second).status_code == (404 if who == ana.ben else 403)


def test_who_marks_reads_what_was_asked_what_is_missing_and_what_was_said_before(browse, course):
    ana = course()
    ana.hand_in()
    fay = browse(ana.fay)
    where = f"{ana.queue}/{ana.version().id}"
    page = fay.get(where).text
    assert "What was asked for" in page
    assert page.split('class="page-head"')[1].split("</p>")[0].count("(Nairobi)") == 2
    said = fay.post(where, data={"level.c1": "c1l2", "edition": "0", "outcome": "accepted"})
    assert said.status_code == 422
    summary = said.text.split("data-error-summary")[1].split("</div>")[0]
    titles = [each.title for each in ana.version_criteria()]
    assert f"{titles[1]}: Choose a level." in summary
    assert titles[0] not in summary
    assert 'href="#f-criterion-2"' in summary
    assert 'id="f-criterion-2"' in said.text
    back = {"level.c1": "c1l2", "comment": "Say **why**.", "edition": "0", "outcome": "returned"}
    assert fay.post(where, data=back).status_code == 303
    ana.hand_in(WORDS.replace("share", "share it"), 1, "handed-in-2")
    page = fay.get(f"{ana.queue}/{ana.version(2).id}").text
    assert "What was said to version 1" in page
    assert "<strong>why</strong>" in page
    assert "The levels are those of version 1" in page
    assert 'value="c1l2" data-worth="1" checked' in page
    assert "<span data-sum>1</span>" in page


def test_more_time_is_given_on_a_page_and_shown_to_its_learner(browse, course):
    ana = course()
    fay = browse(ana.fay)
    until = (dt.datetime.now(dt.UTC) + dt.timedelta(days=30)).strftime("%Y-%m-%dT%H:%M")
    sent = {"enrolment": str(ana.mine), "until": until, "reason": "Was ill."}
    where = f"{ana.page}/extensions"
    assert fay.post(where, data={**sent, "enrolment": ""}).status_code == 422
    assert fay.post(where, data=sent).status_code == 303
    assert "Ana Lind" in fay.get(where).text
    page = browse(ana.ana).get(ana.page).text
    assert "More time for you" in page
    assert "Was ill." in page
    assert "Was ill." not in browse(ana.ben).get(ana.page).text
    assert browse(ana.ana).get(where).status_code == 403
    taken = fay.post(f"{where}/take-back", data={"enrolment": str(ana.mine)})
    assert taken.status_code == 303
    assert "More time for you" not in browse(ana.ana).get(ana.page).text


def test_the_desk_counts_what_waits(browse, course):
    ana = course()
    desk = f"/spaces/{ana.world.slug}/manage"
    assert "to be read" not in browse(ana.fay).get(desk).text.split('id="numbers"')[0]
    ana.hand_in()
    page = browse(ana.fay).get(desk).text
    assert "hand-in waits to be read" in page
    assert ana.queue in page


def test_pages_ask_little_of_the_database(browse, course, count_queries):
    ana = course()
    ana.add()
    ana.hand_in()
    ana.mark(outcome=Outcome.RETURNED)
    ana.hand_in(f"{WORDS} Now.", 1, "handed-in-2")
    ana.extend()
    second = f"{ana.queue}/{ana.version(2).id}"
    for who, where in (
        (ana.ana, ana.page),
        (ana.fay, ana.page),
        (ana.fay, ana.queue),
        (ana.fay, second),
        (ana.fay, f"{ana.page}/extensions"),
        (ana.fay, f"/spaces/{ana.world.slug}/manage"),
    ):
        client = browse(who)
        client.get(where)
        count_queries.clear()
        assert client.get(where).status_code == 200
        asked = [each for each in count_queries if not each.startswith(("BEGIN", "PRAGMA"))]
        assert len(asked) <= 10, (where, asked)


def test_it_is_done_over_json(browse, course):
    ana = course()
    client, fay = browse(ana.ana), browse(ana.fay)
    assert client.get(ana.api).json["stage"] == "open"
    saved = client.put(f"{ana.api}/draft", json={"text": "So far", "revision": 0})
    assert (saved.status_code, saved.json["revision"]) == (200, 1)
    data = {"name": "a.txt", "data": "VGhlIHdlbGxz"}
    made = client.post(f"{ana.api}/files", json=data)
    assert (made.status_code, made.json["size"]) == (201, 9)
    assert client.get(made.json["path"]).data == b"The wells"
    sent = {"text": WORDS, "revision": 1, "client_id": "over-json"}
    assert client.post(f"{ana.api}/versions", json=sent).status_code == 201
    [line] = fay.get(f"/api/v1/runs/{ana.world.run}/hand-ins").json["items"]
    one = f"/api/v1/hand-ins/{line['id']}"
    assert fay.get(one).json["files"][0]["name"] == "a.txt"
    mark = {"levels": BEST, "comment": "Well done", "edition": 0, "outcome": None}
    assert fay.put(f"{one}/marking", json=mark).json["edition"] == 1
    assert client.get(one).json["comment"] is None
    assert browse(ana.ben).get(one).status_code == 404
    mark = {**mark, "edition": 1, "outcome": "accepted"}
    assert fay.put(f"{one}/marking", json=mark).status_code == 200
    [version] = client.get(ana.api).json["versions"]
    assert (version["outcome"], version["comment"], version["points"]) == (
        "accepted",
        "Well done",
        5,
    )
    assert client.delete(f"{ana.api}/versions/waiting").status_code == 409
    file = f"/api/v1{made.json['path']}"
    assert client.delete(file).status_code == 409


def test_a_letter_leads_to_what_was_said(app, course, postbox):
    ana = course()
    ana.hand_in()
    ana.mark(outcome=Outcome.RETURNED)
    with app.app_context():
        address = db.session.scalar(sa.select(User.email).where(User.id == ana.ana))
        run_everything(app)
    [letter] = postbox.letters_to(address)
    said = text_of(letter)
    assert "Fay Lee has read what you handed in, and gives it back to you." in said
    assert f"{ana.page}#work" in said
    ana.mark(outcome=Outcome.ACCEPTED, edition=1)
    with app.app_context():
        run_everything(app)
    subjects = [letter["Subject"] for letter in postbox.letters_to(address)]
    assert any("was accepted" in subject for subject in subjects)


def test_a_letter_tells_what_became_of_it(app, course):
    ana = course()
    ana.hand_in()
    ana.mark()
    ana.mark(outcome=Outcome.RETURNED, edition=1)
    with app.app_context():
        rows = db.session.scalars(
            sa.select(OutboxRow).where(OutboxRow.job == "coursework.mail_marked")
        ).all()
        assert [row.payload["edition"] for row in rows] == [2]


def test_my_data_holds_it_and_a_deleted_account_does_not(browse, course):
    ana = course()
    ana.add("my-letter.pdf")
    ana.hand_in()
    ana.mark(comment="Not for them yet")
    ana.extend()
    for who, holds in ((ana.ana, True), (ana.ben, False), (ana.fay, False)):
        text = browse(who).get("/me/data.json").get_data(as_text=True)
        assert ("*wells*" in text) is holds
        assert ("my-letter.pdf" in text) is holds
        assert ("Was ill." in text) is holds
        assert "Not for them yet" not in text
    browse(ana.ana).post("/me/delete", data={"sure": "1"})
    for model in (AssignmentWork, Submission, WorkFile, Extension):
        assert ana.only(model) is None


def test_who_leads_sees_nothing_of_a_draft(app, browse, course):
    ana = course()
    ana.save("Only for me so far")
    mine = enrolment_id_of(app, ana.world, ana.ana)
    for where in (
        ana.page,
        ana.queue,
        f"/spaces/{ana.world.slug}/manage",
        f"/spaces/{ana.world.slug}/progress/{mine}/{ana.key}",
    ):
        assert "Only for me" not in browse(ana.fay).get(where).text


def test_my_progress_says_what_is_read_and_what_came_back(app, browse):
    course = Course(app)
    page, ana = f"/spaces/{course.world.slug}/my-progress", browse(course.ana)
    read, back = "read by a person before it counts: ", "Given back to you, to go on with: "
    course.save()
    assert read not in read_page(ana.get(page))
    course.hand_in(revision=1)
    text = read_page(ana.get(page))
    assert read + "A letter to who holds it" in text
    assert back not in text
    course.mark(outcome=Outcome.RETURNED)
    text = read_page(ana.get(page))
    assert back + "A letter to who holds it" in text
    assert read not in text
    assert back not in read_page(browse(course.ben).get(page))
