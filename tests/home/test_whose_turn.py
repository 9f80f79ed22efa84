"""Work that waits for somebody else is never offered as next; work given back is one's own turn."""

import datetime as dt

import pytest
from factories.assignments import Course
from factories.home import words
from factories.live import make_session

from community.coursework.models import Marking


@pytest.fixture
def ana(app):
    return Course(app)


def pages(browse, ana):
    """Return what Home, Learn, the run's first page and My progress say."""
    client, at = browse(ana.ana), f"/spaces/{ana.world.slug}"
    return [words(client.get(path)) for path in ("/home", f"{at}/learn", at, f"{at}/my-progress")]


def test_what_is_handed_in_and_waits_to_be_read_is_not_offered_as_next(browse, ana):
    home, learn, overview, mine = pages(browse, ana)
    assert "Next for you A letter" in home
    ana.hand_in()
    home, learn, overview, mine = pages(browse, ana)
    for said in (home, overview):
        assert "Go on where you stopped" not in said
        assert "Next for you" not in said
    assert "A letter" not in home
    assert "Go on where you stopped" not in learn
    assert "Handed in" in learn
    assert "Handed in" in mine
    assert "A facilitator has to accept it" in mine


def test_what_is_given_back_is_ones_own_turn_and_says_by_whom(browse, ana):
    ana.hand_in()
    ana.mark(outcome=Marking.RETURNED, comment="Say why.")
    home, learn, overview, mine = pages(browse, ana)
    assert "Given back by Fay Lee A letter to who holds it Assignment" in home
    assert home.count("Given back by Fay Lee") == 1
    assert "Read what was said to it, and hand it in again" in mine
    assert "Given back by Fay Lee A letter to" in overview
    for said in (learn, mine):
        assert "Given back by Fay Lee" in said
    link = f'href="{ana.page}"'
    assert link in browse(ana.ana).get("/home").text
    ana.hand_in("Dear keeper of wells, please do share.", 1, "handed-in-2")
    assert not any("Given back" in said for said in pages(browse, ana))


def test_what_is_given_back_stands_above_what_comes_next(app, browse, ana):
    ana.hand_in()
    ana.mark(outcome=Marking.RETURNED, comment="Say why.")
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=20)
    make_session(app, ana.world.space, ana.world.owner, title="Clinic", starts_at=soon)
    page = browse(ana.ana).get("/home")
    home = words(page)
    assert home.index("Given back by Fay Lee A letter to who holds it") < home.index(
        "Clinic", home.index("Given back")
    )
    assert page.text.count(f'href="{ana.page}"') == 2


def test_work_that_is_accepted_says_nothing_of_readers(browse, ana):
    ana.hand_in()
    ana.mark(outcome=Marking.ACCEPTED)
    home, learn, _overview, _mine = pages(browse, ana)
    assert "Given back" not in home + learn
    assert "Handed in" not in home + learn


def test_who_has_completed_a_run_finds_their_certificate_at_home_and_on_its_first_page(browse, ana):
    at = f"/spaces/{ana.world.slug}"
    client = browse(ana.ana)
    way = f'href="{at}/certificate"'
    assert not any(way in client.get(path).text for path in ("/home", at))
    ana.hand_in()
    ana.mark(outcome=Marking.ACCEPTED)
    for path in ("/home", at):
        page = client.get(path)
        assert way in page.text
        assert "You have completed" in words(page)
        assert way not in browse(ana.ben).get(path).text
    assert "asks about" not in words(client.get("/home"))
    assert client.get(f"{at}/certificate").status_code == 303
