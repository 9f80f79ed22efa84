"""Work is kept as one writes, handed in as versions, and taken back; nobody else reads a draft."""

import pytest
import sqlalchemy as sa
from factories.assignments import WORDS
from factories.progress import (
    close,
    enrolment_id_of,
)

from community.accounts.models import FileAllowance
from community.coursework.models import (
    AssignmentWork,
    Extension,
    Stage,
    Submission,
    WorkFile,
)
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid, NotFound
from community.progress.rules.states import Status


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


def test_in_a_closed_run_everything_stands_still(app, course):
    ana = course()
    ana.hand_in()
    close(app, ana.world)
    for act in (ana.take_back, ana.extend, ana.add):
        with pytest.raises(Conflict):
            act()
    assert ana.hand_in().status is Status.BEGUN  # a retry is answered


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
    for model in (AssignmentWork, Submission, WorkFile, Extension, FileAllowance):
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
