"""A film counts what was really played, once, whenever it hears of it."""

import itertools

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import FILMS
from factories.files import MP4, SECONDS
from factories.progress import close

from community.coursework.models import FilmWatching
from community.coursework.operations import erase, say_watched, watch_film
from community.coursework.queries import film_of, watching
from community.coursework.queries.personal import personal
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, NotFound
from community.kernel.files.store import store
from community.progress.models import ActivityState, LearningEvent
from community.progress.operations import rebuild
from community.progress.rules.states import Status


@pytest.fixture
def do(inside, works):
    def watched(*played, position=0.0, who=None):
        ctx = acting(who or works.learner)
        return watch_film(
            ctx, works.world.run, works.activity("film"), played=played, position=position
        )

    return watched


def kept(works):
    db.session.rollback()
    return watching(works.mine, works.activity("film"))


def events():
    return db.session.scalar(sa.select(sa.func.count()).select_from(LearningEvent))


def test_where_one_is_and_what_one_played_is_kept(do, works):
    outcome = do((0, 30), (50, 60), position=60.0)
    assert (outcome.status, outcome.fraction) == (Status.BEGUN, pytest.approx(0.4 / 0.9))
    assert (kept(works).position, kept(works).watched) == (60, 40)
    assert "you have watched 40%" in str(outcome.missing)


def test_a_report_that_comes_twice_late_or_in_parts_counts_once(inside, works):
    spans = [(0, 30), (20, 50), (45, 60), (90, 95)]
    totals = set()
    for order in itertools.permutations(spans):
        ctx = acting(works.learner)
        for span in (*order, *order):
            watch_film(ctx, works.world.run, works.activity("film"), played=[span], position=1)
        totals.add(kept(works).watched)
    assert totals == {65}


def test_it_is_done_with_the_share_that_is_asked_for_and_stays_so(do):
    assert do((0, 89.8)).status is Status.BEGUN
    assert do((0, 90)).status is Status.DONE
    assert do((0, 1)).status is Status.DONE


def test_nobody_watches_more_than_there_is(do, works):
    do((0, 50_000), position=80_000)
    assert (kept(works).watched, kept(works).position) == (SECONDS, SECONDS)


def test_a_film_leaves_few_rows_however_often_it_is_told(do):
    for second in range(1, 100):
        do((0, second), position=second)
    assert events() <= 21
    assert db.session.scalar(sa.select(sa.func.count()).select_from(FilmWatching)) == 1


def test_what_is_rebuilt_from_events_is_what_is_stored(do, works):
    for spans in ([(0, 33)], [(60, 99)], [(20, 70)]):
        do(*spans)
    stored = db.session.scalars(sa.select(ActivityState)).one()
    before = (stored.status, stored.fraction, stored.evidence)
    rebuild(acting(None, origin="shell"), works.world.run)
    db.session.rollback()
    after = db.session.scalars(
        sa.select(ActivityState).execution_options(populate_existing=True)
    ).one()
    assert (after.status, after.fraction, after.evidence) == before


def test_who_watched_it_elsewhere_says_so(inside, works):
    ctx = acting(works.learner)
    for _twice in range(2):
        outcome = say_watched(ctx, works.world.run, works.activity("film"))
        assert outcome.status is Status.DONE
    assert events() == 1


def test_who_may_not_is_told_as_everywhere(app, do, works):
    with pytest.raises(NotFound):
        do((0, 9), who=works.outsider)
    with pytest.raises(Forbidden):
        do((0, 9), who=works.world.owner)
    close(app, works.world)
    with pytest.raises(Conflict):
        do((0, 9))
    assert events() == 0


def test_it_goes_along_and_goes_away_with_its_person(do, works):
    do((0, 9), position=9)
    ctx = acting(works.learner)
    [film] = personal(ctx)["films"]
    assert (film["played"], film["position"]) == ([[0.0, 9.0]], 9.0)
    erase(ctx)
    assert db.session.scalars(sa.select(FilmWatching)).all() == []


# ------------------------------------------------------------------ the doors


@pytest.fixture
def page(works):
    return f"{works.page('file')[:-1]}4"


def test_the_page_plays_the_film_from_here_above_its_text(browse, works, page):
    client = browse(works.learner)
    answer = client.get(page)
    shown = answer.text
    film = f"/courses/{works.world.version}/files/files/talk.mp4"
    assert f'<source src="{film}" type="video/mp4">' in shown
    assert 'preload="metadata"' in shown
    assert 'srclang="en"' in shown
    assert "1:40" in shown  # how long it is
    assert "MP4, 1 kB" in shown
    assert 'data-seek="65"' in shown
    assert shown.index("<video") < shown.index("What is said in it.")
    assert "media-src 'self'" in answer.headers["Content-Security-Policy"]
    assert client.get(film).data == MP4


def test_the_page_goes_on_where_one_was(browse, works, page):
    client = browse(works.learner)
    where = f"/api/v1/runs/{works.world.run}/activities/{works.activity('film')}/film"
    told = client.put(where, json={"played": [[0, 42.5]], "position": 42.5})
    assert (told.status_code, told.json["status"]) == (200, "begun")
    assert 'data-position="42.5"' in client.get(page).text
    film = client.get(where).json
    assert (film["seconds"], film["position"], film["watched"]) == (SECONDS, 42.5, 42.5)
    assert [chapter["at"] for chapter in film["chapters"]] == [0, 65]
    client.put(where, json={"played": [[40, 100]], "position": 100})
    shown = client.get(page).text
    assert "You have watched it." in shown
    assert 'data-position="0"' in shown  # from the beginning, not from its last second


@pytest.mark.parametrize(
    "report",
    [
        {"position": 1},
        {"played": [[5, 1]], "position": 1},
        {"played": [[1]], "position": 1},
        {"played": [[0, 1, 2]], "position": 1},
        {"played": [[-1, 2]], "position": 1},
        {"played": [[0, "x"]], "position": 1},
        {"played": [[0, 1e9]], "position": 1},
        {"played": [[0, 1]] * 201, "position": 1},
        {"played": [], "position": None},
        {"played": [[0, 1]], "position": 1, "more": 1},
    ],
)
def test_a_report_that_cannot_be_used_is_named_and_changes_nothing(browse, works, report):
    client = browse(works.learner)
    where = f"/api/v1/runs/{works.world.run}/activities/{works.activity('film')}/film"
    answer = client.put(where, json=report)
    assert answer.status_code == 422
    assert answer.json["fields"]
    assert client.get(where).json["watched"] == 0


def test_without_scripts_one_says_that_one_knows_it(app, browse, works, page):
    client = browse(works.learner)
    assert "I know what is in it" in client.get(page).text
    answer = client.post(f"{page}/watched", data={})
    assert (answer.status_code, answer.location.rsplit("#")[-1]) == (303, "film")
    shown = client.get(page).text
    assert "You have watched it." in shown
    assert "I know what is in it" not in shown
    close(app, works.world)
    assert client.post(f"{page}/watched", data={}).status_code == 303  # it was said before


def test_a_film_that_is_away_leaves_its_text_to_be_read(app, browse, works, page):
    with app.app_context():
        film_of.cache_clear()
        there = store().path(FILMS[0].digest)
    away = there.with_suffix(".away")
    there.rename(away)
    try:
        answer = browse(works.learner).get(page)
        assert answer.status_code == 200
        assert "This film cannot be played just now" in answer.text
        assert "What is said in it." in answer.text
        assert "I know what is in it" in answer.text
    finally:
        away.rename(there)


def test_who_leads_sees_the_film_and_nothing_is_counted(browse, works, page):
    shown = browse(works.world.owner).get(page).text
    assert "<video" in shown
    assert "data-report" not in shown
    assert "I know what is in it" not in shown
