"""A learner who is suspended loses the run at once; what they earned there stays theirs."""

import dataclasses
import uuid

import pytest
from conftest import acting
from factories.academy import course_source, module_source
from factories.certificates import code_of, make_certificate
from factories.discussions import make_thread
from factories.live import make_session
from factories.moderation import take
from factories.progress import World, make_learner, make_run

from community.certificates.rules import grouped
from community.cohorts.operations import pause_learner, return_learner
from community.cohorts.queries import enrolment_of
from community.discussions.operations import post_reply
from community.kernel.errors import Forbidden
from community.kernel.jobs import run_everything
from community.moderation.operations import lift_measure
from community.moderation.rules import Lasts, Outcome
from community.search.operations import rebuild
from community.transfers.operations import make_feed_key
from community.transfers.queries import my_feed_token

WORDS = ("Which gauge drifts", "Clinic of gauges", "Only among us")


@dataclasses.dataclass(frozen=True)
class Course:
    """A run with a learner who has a certificate, a session, a thread and feeds."""

    world: World
    learner: uuid.UUID
    enrolment: uuid.UUID
    certificate: uuid.UUID
    verify: str
    session: uuid.UUID
    thread: uuid.UUID
    token: str

    @property
    def of_the_run(self) -> list[str]:
        """Addresses that hang on its space: pages, files, feeds and JSON."""
        space, api, feeds = f"/spaces/{self.world.slug}", "/api/v1", f"/feeds/{self.token}"
        return [
            space,
            *(f"{space}/{page}" for page in ("learn", "learn/1/1", "my-progress", "place")),
            *(f"{space}/{page}" for page in ("sessions", "threads", "people", "certificate")),
            *(f"/sessions/{self.session}{of}" for of in ("", ".ics", "/room")),
            f"/threads/{self.thread}",
            f"{feeds}/spaces/{self.world.space}.atom",
            f"{feeds}/threads/{self.thread}.atom",
            f"{api}/spaces/{self.world.space}",
            f"{api}/runs/{self.world.run}",
            f"{api}/sessions/{self.session}",
            f"{api}/threads/{self.thread}/posts",
        ]

    @property
    def of_ones_own(self) -> list[str]:
        """Addresses of what is about oneself, wherever one belongs."""
        return [
            *("/home", "/inbox", "/search?q=gauge", "/me/letters/ledger", "/me/feeds"),
            *("/catch-up", "/api/v1/me/inbox", f"/feeds/{self.token}/followed.atom"),
        ]

    @property
    def earned(self) -> list[str]:
        """Addresses of the certificate, for its learner and for whoever has its code."""
        page = f"/certificates/{self.certificate}"
        return ["/certificates", page, f"{page}/pdf", f"/api/v1{page}", self.verify]


@pytest.fixture
def course(app):
    world = make_run(app, course_source(modules=(module_source(1), module_source(2))))
    learner, enrolment = make_learner(app, world)
    certificate = make_certificate(app, enrolment)
    thread = make_thread(app, world.space, world.owner, title=WORDS[0], body=WORDS[2])
    with app.app_context():
        make_feed_key(acting(learner))
        token = my_feed_token(acting(learner))
        post_reply(acting(learner), thread, body="I follow this.")
        post_reply(acting(world.owner), thread, body=f"{WORDS[2]}, @Ana Lind.")
    return Course(
        world=world,
        learner=learner,
        enrolment=enrolment,
        certificate=certificate,
        verify=f"/verify/{grouped(code_of(app, certificate))}",
        session=make_session(app, world.space, world.owner, title=WORDS[1]),
        thread=thread,
        token=token,
    )


def keep_out(app, course):
    world = course.world
    return take(app, world.space, world.owner, course.learner, Outcome.SUSPENDED, lasts=Lasts.WEEK)


def statuses(client, addresses):
    return {where: client.get(where).status_code for where in addresses}


def test_pages_files_and_feeds_of_the_run_are_gone_at_once_and_come_back(app, browse, course):
    with app.app_context():
        rebuild(acting(None))
    run_everything(app)
    client, nobody = browse(course.learner), browse(None)
    before = statuses(client, course.of_the_run)
    assert set(before.values()) <= {200, 302, 303}, before
    assert any(WORDS[2] in nobody.get(where).text for where in course.of_ones_own[-1:])
    assert str(course.thread) in client.get("/search?q=gauge").text

    decision = keep_out(app, course)
    assert set(statuses(client, course.of_the_run).values()) == {404}
    for where in course.of_ones_own:
        shown = client.get(where)
        assert shown.status_code == 200, where
        for words in (*WORDS, str(course.thread), str(course.session)):
            assert words not in shown.text, (where, words)
        if where != "/home":  # which says from what one is suspended
            assert f"/spaces/{course.world.slug}" not in shown.text, where

    with app.app_context():
        lift_measure(acting(course.world.owner), decision)
    assert statuses(client, course.of_the_run) == before


def test_what_was_earned_stays_for_its_learner_and_for_whoever_has_its_code(app, browse, course):
    keep_out(app, course)
    client = browse(course.learner)
    assert set(statuses(client, course.earned).values()) == {200}
    assert browse(None).get(course.verify).status_code == 200
    assert "Valid" in browse(None).get(course.verify).text
    page = client.get(f"/certificates/{course.certificate}").text
    assert f"/spaces/{course.world.slug}" not in page


def test_who_is_suspended_neither_pauses_nor_comes_back_but_still_reads_that_they_learn(
    app, browse, course
):
    with app.app_context():
        pause_learner(acting(course.learner), course.enrolment)
    decision = keep_out(app, course)
    with app.app_context():
        mine = acting(course.learner)
        for step in (pause_learner, return_learner):
            with pytest.raises(Forbidden):
                step(mine, course.enrolment)
    client = browse(course.learner)
    for step in ("pause", "return"):
        where = f"/spaces/{course.world.slug}/place/{step}"
        assert client.post(where, data={"reason": ""}).status_code == 404
    with app.app_context():
        lift_measure(acting(course.world.owner), decision)
        return_learner(acting(course.learner), course.enrolment)
        assert enrolment_of(course.world.run, course.learner).state.value == "active"
