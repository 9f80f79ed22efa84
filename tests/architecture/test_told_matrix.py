"""Role by state of a post by channel: nobody is told of what the one rule hides from them.

Everybody there is has said, as only who once belonged could, that they watch every thread and want
it by every channel. What leaves is asked for again as it leaves: so it is what each sees then.
"""

import dataclasses

import pytest
import sqlalchemy as sa
from architecture.eyes import look, secrets_of
from architecture.requests import ROLES
from conftest import acting, browser
from factories.accounts import make_sign_in
from letters import text_of
from push_service import Browser, push_service

from community.accounts.models import User
from community.correspondence.models import PushDevice
from community.correspondence.operations import add_device, choose
from community.correspondence.rules import LETTERS, Channel, Choice, LetterKind
from community.discussions.models import Post, ThreadLevel
from community.discussions.operations import edit_post, post_reply, remove_post
from community.discussions.rules import Level
from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.installed import EXTENSION
from community.kernel.jobs import run_everything
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.mailing.models import LedgerEntry
from community.mailing.operations import owe_digests
from community.mailing.rules import Fate
from community.moderation.operations import take_measure
from community.moderation.rules import Lasts, Outcome, Reason
from community.notifications.models import AnswerNews
from community.notifications.operations import owe_answers
from community.notifications.rules import DELAY
from community.spaces.models import Space
from community.spaces.operations import remove_member

DIGESTED = ("organiser", "observer", "neighbour")
"""Roles that want in a digest what can wait; the others want it at once."""

STATES = ("standing", "taken back", "hidden", "of another side", "edited away", "waiting")
CHANNELS = ("mail", "push", "inbox")


def word(state: str) -> str:
    return f"told-{state.replace(' ', '-')}"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with push_service(tmp_path_factory.mktemp("push")) as made:
        yield made


@pytest.fixture(scope="module")
def told(shared_app, world, service):
    """Let posts be written and change, people lose what they had, and all be told that waits."""
    house = shared_app.extensions[EXTENSION]
    before = house.settings
    house.settings = dataclasses.replace(
        before, push_hosts=service.host, push_contact="mailto:us@example.org"
    )
    people = {name: key for name, key in world.roles.items() if key is not None}
    service.handed.clear()
    patch = pytest.MonkeyPatch()
    patch.setenv("SSL_CERT_FILE", str(service.certificate))
    devices = _want_everything(shared_app, world, people, service)
    posts = _write(shared_app, world)
    _lose(shared_app, world)
    yield shared_app, people, devices, posts
    patch.undo()
    house.settings = before


def _want_everything(app, world, people, service):
    """Have everybody watch every thread and want it by every channel, as their role does."""
    threads = (*world.here.threads.values(), *world.there.threads.values())
    devices = {}
    with app.app_context():
        with unit_of_work(acting(None)):
            db.session.execute(sa.delete(ThreadLevel))
            db.session.execute(sa.delete(PushDevice))  # of a service that is not there
            db.session.add_all(
                ThreadLevel(
                    id=new_key(), user_id=user_id, thread_id=each, level=Level.WATCHING, at=clock()
                )
                for user_id in people.values()
                for each in threads
            )
        for role, user_id in people.items():
            by_mail = Choice.DIGEST if role in DIGESTED else Choice.ON
            topics = LETTERS[LetterKind.ANSWER]
            wanted = {(topic, Channel.MAIL): by_mail for topic in topics}
            choose(acting(user_id), wanted | {(topic, Channel.PUSH): Choice.ON for topic in topics})
            devices[role] = Browser(service, role)
            add_device(acting(user_id), make_sign_in(app, user_id), **devices[role].given)
    return devices


def _write(app, world):
    """Write a post for each state, and bring it there before anybody was told."""
    here, there = world.here, world.there
    owner, member, organiser = (here.people[name] for name in ("owner", "member", "organiser"))
    by = dict.fromkeys(STATES, owner) | {"hidden": member}
    by["waiting"] = here.people["other"]
    by["of another side"] = there.people["owner"]
    posts = {}
    with app.app_context():
        for state, author in by.items():
            _have_wait(here.run.space, first=3 if state == "waiting" else 0)
            side = there if state == "of another side" else here
            said = f"{word(state)} @everyone" if author != member else word(state)
            posts[state] = post_reply(acting(author), side.threads["open"], body=said).id
        _have_wait(here.run.space, first=0)
    run_everything(app)
    with app.app_context():
        remove_post(acting(owner), posts["taken back"])
        remove_post(acting(organiser), posts["hidden"])
        edition = db.session.get_one(Post, posts["edited away"]).edition
        edit_post(acting(owner), posts["edited away"], body="Never mind.", edition=edition)
    return posts


def _have_wait(space_id, *, first):
    with unit_of_work(acting(None)):
        db.session.get_one(Space, space_id).approve_first = first


def _lose(app, world):
    """Put the facilitator out of the open run, and suspend the observer there."""
    here = world.here
    owner = acting(here.people["owner"])
    with app.app_context():
        remove_member(owner, here.run.space, here.people["facilitator"])
        take_measure(
            owner,
            here.run.space,
            here.people["observer"],
            outcome=Outcome.SUSPENDED,
            lasts=Lasts.WEEK,
            reason=Reason.OTHER,
            words="For a while.",
        )


@pytest.fixture
def heard(told, postbox):
    """Let the delay pass and each digest come; return what everybody was told, by channel."""
    app, people, devices, posts = told
    with app.app_context():
        with unit_of_work(acting(None)):
            db.session.execute(sa.update(AnswerNews).values(at=clock() - DELAY))
        owe_answers(acting(None))
    run_everything(app)
    with app.app_context():
        with unit_of_work(acting(None)):
            waiting = sa.update(LedgerEntry).where(LedgerEntry.fate == Fate.HELD)
            db.session.execute(waiting.values(until=clock()))
        owe_digests(acting(None))
    run_everything(app)
    by = {}
    for role, user_id in people.items():
        with app.app_context():
            address = db.session.get_one(User, user_id).email
        letters = postbox.letters_to(address)
        by[role, "mail"] = "\n".join(f"{each['Subject']}\n{text_of(each)}" for each in letters)
        by[role, "push"] = "\n".join(str(each) for each in devices[role].messages())
        client = browser(app, user_id)
        by[role, "inbox"] = client.get("/inbox").text
        listed = client.get("/api/v1/me/inbox?unread=true").get_json()["items"]
        assert client.get("/api/v1/me/inbox/count").get_json()["unread"] == len(listed)
    return posts, by


def test_each_is_told_what_they_see_as_it_leaves_and_nothing_else(shared_app, world, told, heard):
    posts, by = heard
    # the letter about a measure says where it holds, and what one is called there
    excused = {("observer", world.here.run.slug)}
    wrong = []
    for role in ROLES:
        if world.roles[role] is None:
            continue
        eyes = look(shared_app, world, role)
        for channel in CHANNELS:
            said = by[role, channel]
            wrong += [
                (role, channel, state)
                for state in STATES
                if word(state) in said
                and (state == "edited away" or posts[state] not in eyes.posts)
            ]
            wrong += [
                (role, channel, secret.text)
                for secret in secrets_of(world.here) + secrets_of(world.there)
                if secret.text in said
                and not secret.sees(eyes)
                and (role, secret.text) not in excused
            ]
    assert wrong == []
    assert word("standing") in by["member", "mail"], "at once"
    assert word("standing") in by["organiser", "mail"], "in a digest"
    for role, channel in (("member", "push"), ("organiser", "push"), ("member", "inbox")):
        assert "heron-thread" in by[role, channel]
    for role in ("facilitator", "observer", "removed", "outsider"):
        assert by[role, "push"] == ""
