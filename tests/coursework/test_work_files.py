"""Files of a learner's work: which are taken, how many bytes, and who loads them."""

import dataclasses
import datetime as dt
import io

import pytest
import sqlalchemy as sa
from factories.accounts import make_user
from factories.assignments import WORDS
from factories.files import PDF, TXT

from community.accounts.models import FileAllowance
from community.coursework.models import (
    WorkFile,
)
from community.coursework.operations import (
    remove_work_file,
)
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid, TooMany
from community.kernel.files.keeping import kept_digests
from community.kernel.operation import unit_of_work


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


def test_what_was_removed_again_counts_for_a_day(app, browse, course, monkeypatch):
    ana = course()
    installed = app.extensions["community"]
    less = dataclasses.replace(installed.settings, daily_limit=3 * len(PDF))
    monkeypatch.setattr(installed, "settings", less)

    def add_and_remove(ending, who=None):
        ana.act(remove_work_file, ana.add(data=PDF + ending, who=who).id, who=who)

    add_and_remove(b"1")
    add_and_remove(b"2")
    kept = kept_digests_of(app)
    with pytest.raises(TooMany) as refused:
        add_and_remove(b"3")
    assert "within a day" in refused.value.message
    assert 86_000 < refused.value.details["retry_after"] <= 86_400
    assert kept_digests_of(app) == kept
    add_and_remove(b"3", ana.ben)  # everybody has their own
    upload = {"text": WORDS, "revision": "0", "upload": (io.BytesIO(PDF + b"3"), "a.pdf")}
    where = f"{ana.page}/work/files"
    answer = browse(ana.ana).post(where, data=upload, content_type="multipart/form-data")
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 86_000) == (429, True)
    assert "within a day" in answer.text
    assert WORDS in answer.text
    with app.app_context(), unit_of_work(Context.begin(None)):
        for used in db.session.scalars(sa.select(FileAllowance)):
            used.since -= dt.timedelta(days=1)
    add_and_remove(b"3")


def test_a_file_that_is_kept_already_is_not_counted_again(app, course, monkeypatch):
    ana = course(files=2)
    installed = app.extensions["community"]
    less = dataclasses.replace(installed.settings, daily_limit=len(PDF))
    monkeypatch.setattr(installed, "settings", less)
    ana.add()
    ana.add("same.pdf")


def kept_digests_of(app):
    with app.app_context():
        return kept_digests()


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
