"""A run goes on with a newer version: of the same film all stays, of another nothing was played."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import (
    FILMS,
    course_source,
    film_source,
    make_version,
    module_source,
    page_source,
)
from factories.files import file_source, mp4
from factories.progress import enrolment_id_of, make_learner, make_run
from factories.versions import move

from community.academy.queries import outline
from community.coursework.models import FilmWatching
from community.coursework.operations import watch_film
from community.coursework.queries import watching
from community.kernel.db import db
from community.progress.models import ActivityState
from community.progress.rules.states import Status


def course(title, films=FILMS):
    activities = (film_source(title=title), page_source())
    return course_source(modules=(module_source(1, activities=activities),), files=films)


@pytest.fixture
def watched(app, inside):
    """Return a run whose film a learner has watched to its end, and their enrolment."""
    world = make_run(app, course("A talk"))
    learner, _enrolment = make_learner(app, world)
    watch_film(acting(learner), world.run, world.activities[0], played=[(0, 100)], position=95.0)
    return world, learner, enrolment_id_of(app, world, learner)


def newer(app, world, source):
    version = make_version(app, world.network, source, slug="sharing-data")
    move(world.owner, world.run, version)
    return outline(version).activities[0].id


def test_the_same_film_goes_on_where_it_was(app, watched):
    world, learner, mine = watched
    film = newer(app, world, course("A talk, better named"))
    assert (watching(mine, film).position, watching(mine, film).watched) == (95, 100)
    outcome = watch_film(acting(learner), world.run, film, played=[(0, 1)], position=1.0)
    assert outcome.status is Status.DONE


def test_of_another_film_nothing_was_played_and_what_is_done_stays_done(app, watched):
    world, _learner, mine = watched
    other = (file_source("files/talk.mp4", mp4(50)), FILMS[1])
    film = newer(app, world, course("A talk", other))
    assert watching(mine, film).watched == 0
    assert db.session.scalars(sa.select(FilmWatching)).all() == []
    state = db.session.scalars(
        sa.select(ActivityState).where(
            ActivityState.enrolment_id == mine, ActivityState.activity_id == film
        )
    ).one()
    assert state.status is Status.DONE
