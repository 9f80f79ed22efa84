"""A file or a link is opened by way of us: counted once, then led on to."""

import pytest
import sqlalchemy as sa
from conftest import acting
from coursework.conftest import GIVEN
from factories.progress import close

from community.coursework.operations import open_file
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, NotFound
from community.progress.models import LearningEvent
from community.progress.rules.states import Status

LINK = "https://data.example.org/wells?year=2025"


@pytest.fixture
def do(inside, works):
    def opened(who=None, kind="file"):
        return open_file(acting(who or works.learner), works.world.run, works.activity(kind))

    return opened


def events():
    return db.session.scalar(sa.select(sa.func.count()).select_from(LearningEvent))


def test_what_is_opened_is_done_and_counts_once(do):
    assert do().status is Status.DONE
    assert do().status is Status.DONE
    assert events() == 1


def test_an_outsider_does_not_learn_that_there_is_anything(do, works):
    with pytest.raises(NotFound):
        do(works.outsider)


def test_who_leads_the_run_is_not_counted(do, works):
    with pytest.raises(Forbidden):
        do(works.world.owner)


def test_in_a_closed_run_nothing_more_counts(app, do, works):
    close(app, works.world)
    with pytest.raises(Conflict):
        do()
    assert events() == 0


def test_another_kind_is_not_opened(do):
    with pytest.raises(Conflict):
        do(kind="checklist")


# ------------------------------------------------------------------ the doors


@pytest.fixture
def file_page(works):
    return works.page("file")


@pytest.fixture
def link_page(works):
    return f"{works.page('file')[:-1]}3"


def test_the_page_says_what_it_is_and_how_large_before_it_is_opened(browse, works, file_page):
    page = browse(works.learner).get(file_page).text
    assert "wells.pdf" in page
    assert "PDF, 1 kB." in page
    assert "It counts when you open it." in page


def test_a_file_is_counted_and_then_sent(browse, works, file_page):
    client = browse(works.learner)
    answer = client.post(f"{file_page}/open", data={})
    assert answer.status_code == 303
    sent = client.get(answer.location)
    assert (sent.data, sent.headers["Content-Disposition"]) == (
        GIVEN,
        'attachment; filename="wells.pdf"',
    )
    assert "You have opened it." in client.get(file_page).text


def test_a_link_is_counted_and_a_page_of_ours_leads_on(browse, works, link_page):
    client = browse(works.learner)
    page = client.get(link_page).text
    assert "data.example.org" in page
    assert LINK not in page  # the way there is counted
    answer = client.post(f"{link_page}/open", data={})
    assert answer.status_code == 200
    assert f'<meta http-equiv="refresh" content="0; url={LINK}">' in answer.text
    assert f'<a href="{LINK}" rel="noopener">' in answer.text
    assert "You have opened it." in client.get(link_page).text


def test_who_is_not_counted_gets_the_plain_way(app, browse, works, file_page, link_page):
    for client in (browse(works.world.owner), browse(works.learner)):
        close_once(app, works, client)
        assert f'href="{LINK}"' in client.get(link_page).text
        page = client.get(file_page).text
        assert "/files/files/wells.pdf" in page
        assert "/open" not in page


def close_once(app, works, client):
    """Close the run before the learner looks: then they are not counted any more."""
    if client.get(works.page("checklist")).text.count("Keep my list"):
        close(app, works.world)


def test_what_is_refused_says_so_on_the_page(app, browse, works, file_page):
    close(app, works.world)
    answer = browse(works.learner).post(f"{file_page}/open", data={})
    assert answer.status_code == 409
    assert "This run is over" in answer.text


def test_it_goes_over_json(browse, works):
    client = browse(works.learner)
    where = f"/api/v1/runs/{works.world.run}/activities/{works.activity('file')}/file"
    told = client.get(where).json
    assert (told["name"], told["media_type"], told["size"], told["is_file"]) == (
        "wells.pdf",
        "application/pdf",
        len(GIVEN),
        True,
    )
    assert client.get(told["address"]).data == GIVEN
    assert client.post(f"{where}/open").json["status"] == "done"
    other = where.replace(str(works.activity("file")), str(works.activity("checklist")))
    assert client.get(other).status_code == 404
