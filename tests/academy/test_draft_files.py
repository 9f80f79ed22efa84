"""Files dropped into a draft: told by content, kept as they came, and published with it."""

import base64
import io

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import all_flaws, make_version
from factories.files import CSV, MP4, PDF, TAKEN, VTT, zipped
from factories.forms import send, send_file

from community.academy.models import CourseFile, CourseVersion
from community.academy.operations import (
    add_activity,
    add_file,
    add_module,
    begin_draft,
    discard_draft,
    edit_activity,
    publish_draft,
    remove_file,
)
from community.academy.queries import (
    as_source,
    difference,
    draft_file,
    draft_outline,
    preview_html,
    problems,
)
from community.kernel.db import db
from community.kernel.errors import Invalid, NotFound
from community.kernel.files.models import StoredFile
from community.kernel.files.store import store


@pytest.fixture
def ctx(organiser):
    return acting(organiser)


@pytest.fixture
def add(ctx, empty, inside):
    def bring(name, data):
        return add_file(ctx, empty, name=name, source=io.BytesIO(data))

    return bring


@pytest.mark.parametrize("name", TAKEN)
def test_each_sort_is_kept_as_it_came_under_a_plain_name(add, empty, name):
    added = add(f"C:\\courses\\Über {name.upper()}", TAKEN[name])
    assert added.path == f"files/uber-{name}"
    line = draft_file(empty, added.path)
    assert store().path(line.digest).read_bytes() == TAKEN[name]
    assert line.size == len(TAKEN[name])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b""),
        ("a.exe", b"MZ" + b"\0" * 60),
        ("a.html", b"<script>alert(1)</script>"),
        ("a.docm", zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("a.mp4", PDF),
        ("../../etc/passwd", b"root"),
    ],
)
def test_what_is_not_taken_is_refused_and_nothing_is_kept(add, empty, name, data):
    with pytest.raises(Invalid) as refused:
        add(name, data)
    assert list(refused.value.fields) == ["upload"]
    assert draft_outline(empty).files == ()
    assert db.session.scalars(sa.select(StoredFile)).all() == []


def test_a_name_is_given_once_and_the_same_file_is_there_once(add):
    first = add("slides.pdf", PDF)
    assert add("other.pdf", PDF).id == first.id
    assert add("slides.pdf", PDF + b"\n").path == "files/slides-2.pdf"
    assert add("….pdf", PDF + b"\n\n").path == "files/file.pdf"


def test_a_text_links_to_it_and_says_when_it_is_gone(add, ctx, empty):
    added = add("slides.pdf", PDF)
    page = add_activity(ctx, add_module(ctx, empty, title="One").id, kind="page", title="Read")
    edit_activity(
        ctx, page.id, title="Read", minutes=5, required=True, phase=None, front={},
        body="First.\n\n[The slides](files/slides.pdf)", revision=1,
    )  # fmt: skip
    assert problems(empty) == ()
    address = f"/studio/{empty}/files/files/slides.pdf"
    assert f'href="{address}"' in preview_html(empty, "[S](files/slides.pdf)")
    remove_file(ctx, added.id)
    [problem] = problems(empty)
    assert (problem.id, problem.line) == (page.id, 3)
    assert all_flaws(draft_outline(empty)) == 1


def test_files_go_along_when_a_draft_is_published_and_begun_anew(add, ctx, empty, inside):
    add("slides.pdf", PDF)
    module = add_module(ctx, empty, title="One")
    page = add_activity(ctx, module.id, kind="page", title="Read")
    edit_activity(
        ctx, page.id, title="Read", minutes=5, required=True, phase=None, front={},
        body="[The slides](files/slides.pdf)", revision=1,
    )  # fmt: skip
    told = difference(empty)
    assert [(c.sort, c.title, c.what) for c in told.changes if c.sort == "file"] == [
        ("file", "files/slides.pdf", ("added",))
    ]
    version = publish_draft(ctx, empty, seen=told.digest)
    source = as_source(db.session.get_one(CourseVersion, version.id))
    assert [(f.path, f.at.read_bytes()) for f in source.files] == [("files/slides.pdf", PDF)]
    again = begin_draft(ctx, version.course_id)
    assert [file.path for file in draft_outline(again.id).files] == ["files/slides.pdf"]
    assert not [c for c in difference(again.id).changes if c.sort == "file"]
    discard_draft(ctx, again.id, edits=again.edits)
    assert len(db.session.scalars(sa.select(CourseFile)).all()) == 1


def test_files_of_another_draft_are_not_found(add, app, ctx, empty, network):
    add("slides.pdf", PDF)
    version = make_version(app, network, slug="another")
    other = begin_draft(ctx, db.session.get_one(CourseVersion, version).course_id)
    with pytest.raises(NotFound):
        draft_file(other.id, "files/slides.pdf")


# ------------------------------------------------------------------ by the page


def test_the_page_takes_a_file_and_offers_its_line(client, empty):
    page = f"/studio/{empty}"
    answer = send_file(
        client, page, f"{page}/course-files", "upload", PDF,
        filename="My Slides.pdf", words="Slides [one]", back=page,
    )  # fmt: skip
    assert answer.status_code == 303
    shown = client.get(answer.location).text
    assert "[Slides \\[one\\]](files/my-slides.pdf)" in shown
    assert "PDF, 1 kB" in shown
    got = client.get(f"/studio/{empty}/files/files/my-slides.pdf")
    assert (got.data, got.headers["Cache-Control"]) == (PDF, "private, no-cache")
    [id_] = [file.id for file in outline(client, empty)]
    assert send(client, page, f"{page}/course-files/{id_}/remove", back=page).status_code == 303
    assert outline(client, empty) == ()


def outline(client, draft_id):
    with client.application.app_context():
        return draft_outline(draft_id).files


@pytest.mark.parametrize(
    ("name", "data", "words", "said"),
    [
        ("a.pdf", b"<html>", "Slides", "Files of this kind are not taken"),
        ("a.pdf", PDF, "", "draft-file-words-error"),
        ("", b"", "Slides", "Choose a file first."),
    ],
)
def test_a_form_with_a_flaw_comes_back_with_what_is_wrong(client, empty, name, data, words, said):
    page = f"/studio/{empty}"
    answer = send_file(
        client, page, f"{page}/course-files", "upload", data, filename=name, words=words, back=page
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert outline(client, empty) == ()


def test_a_file_goes_by_json_as_well(client, empty):
    where = f"/api/v1/course-drafts/{empty}/files"
    data = base64.b64encode(VTT).decode()
    made = client.post(where, json={"name": "Talk.vtt", "data": data})
    assert made.status_code == 201
    assert made.json["path"] == "files/talk.vtt"
    assert (made.json["media_type"], made.json["size"]) == ("text/vtt", len(VTT))
    assert client.get(f"/api/v1/course-drafts/{empty}").json["files"] == [made.json]
    refused = client.post(where, json={"name": "a.exe", "data": data})
    assert (refused.status_code, list(refused.json["fields"])) == (422, ["data"])
    gone = client.delete(f"/api/v1/course-drafts/files/{made.json['id']}")
    assert gone.status_code == 204


def test_what_is_played_is_sent_to_be_played_and_the_rest_to_be_saved(client, add, empty):
    add("talk.mp4", MP4)
    add("levels.csv", CSV)
    film = client.get(f"/studio/{empty}/files/files/talk.mp4")
    assert film.headers["Content-Disposition"] == 'inline; filename="talk.mp4"'
    table = client.get(f"/studio/{empty}/files/files/levels.csv")
    assert table.headers["Content-Disposition"] == 'attachment; filename="levels.csv"'
