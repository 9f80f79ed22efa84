"""Mail programs lay letters about one thread together, and know the space by its List-Id."""

import dataclasses
import re

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.spaces import join, make_space

from community.discussions.models import ThreadKind
from community.discussions.operations import post_reply, rename_thread, start_thread
from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.mail import Letter, Place, written
from community.kernel.operation import unit_of_work
from community.notifications.models import AnswerNews
from community.notifications.operations import owe_answers
from community.notifications.rules import DELAY
from community.spaces.models import Role

MESSAGE_ID = re.compile(r"<[0-9a-f]{40}@127\.0\.0\.1>")


@pytest.fixture
def space(app):
    return make_space(app, "Cohort 9")


@pytest.fixture
def olu(app, space):
    made = make_user(app, "Olu Ade")
    join(app, space, made, Role.OWNER)
    return made


@pytest.fixture
def ana(app, space):
    made = make_user(app, "Ana Lima", email="ana@example.org")
    join(app, space, made, Role.MEMBER)
    return made


def begin(app, space, by, kind=ThreadKind.DISCUSSION):
    with app.app_context():
        return start_thread(acting(by), space, kind=kind, title="The well", body="To all.").id


def tell(app, thread, by, body="To @Ana Lima"):
    """Write in a thread, let the delay pass, and have the letters sent."""
    with app.app_context():
        post_reply(acting(by), thread, body=body)
        with unit_of_work(acting(None)):
            db.session.execute(sa.update(AnswerNews).values(at=clock() - DELAY))
        owe_answers(acting(None))
    run_everything(app)


def test_answers_refer_to_the_announcement_they_follow(app, postbox, space, olu, ana):
    thread = begin(app, space, olu, ThreadKind.ANNOUNCEMENT)
    run_everything(app)
    tell(app, thread, olu)
    tell(app, thread, olu)
    first, *later = postbox.letters_to("ana@example.org")
    assert MESSAGE_ID.fullmatch(first["Message-ID"])
    assert first["In-Reply-To"] is None
    assert first["Subject"] == "Cohort 9: The well"
    assert len(later) == 2
    for letter in later:
        assert letter["In-Reply-To"] == letter["References"] == first["Message-ID"]
        assert letter["Subject"] == "Re: Cohort 9: The well"
    assert len({letter["Message-ID"] for letter in (first, *later)}) == 3


def test_letters_of_a_thread_without_a_first_one_share_its_root(app, postbox, space, olu, ana):
    thread, other = begin(app, space, olu), begin(app, space, olu)
    for each in (thread, thread, other):
        tell(app, each, olu)
    first, second, elsewhere = postbox.letters_to("ana@example.org")
    assert first["References"] == second["References"] != elsewhere["References"]
    assert [first["Subject"], second["Subject"], elsewhere["Subject"]] == [
        "Cohort 9: The well",
        "Re: Cohort 9: The well",
        "Cohort 9: The well",
    ]


def test_two_readers_share_no_identity(app, postbox, space, olu, ana):
    bo = make_user(app, "Bo Chen", email="bo@example.org")
    join(app, space, bo, Role.MEMBER)
    begin(app, space, olu, ThreadKind.ANNOUNCEMENT)
    run_everything(app)
    assert len({letter["Message-ID"] for letter in postbox.letters}) == 2


def test_a_thread_with_another_title_stays_one_conversation(app, postbox, space, olu, ana):
    thread = begin(app, space, olu)
    tell(app, thread, olu)
    with app.app_context():
        rename_thread(acting(olu), thread, kind=ThreadKind.DISCUSSION, title="The pump")
    tell(app, thread, olu)
    first, second = postbox.letters_to("ana@example.org")
    assert second["Subject"] == "Re: Cohort 9: The pump"
    assert first["References"] == second["References"]


def test_a_space_is_a_list_by_its_id_whatever_it_is_called(app, postbox, space, olu, ana):
    tell(app, begin(app, space, olu), olu)
    [letter] = postbox.letters_to("ana@example.org")
    assert letter["List-Id"] == f"Cohort 9 <{space.hex}.127.0.0.1>"


@pytest.mark.parametrize(
    "name", ["Café <x.y>, Kyōto", 'A "word"\r\nBcc: evil@example.org', "å" * 80]
)
def test_no_name_of_a_space_writes_a_header_or_another_id(inside, name, settings, space):
    letter = Letter(
        key="k",
        to="ana@example.org",
        language="en",
        subject="Hello",
        lines=["Hello"],
        why="Because.",
        reader=space,
        place=Place(space_id=space, space=name, thread_id=space),
    )
    message = written(letter, settings)
    raw = message.as_bytes()
    header = raw.split(b"\r\nList-Id:")[1].split(b"\r\nIn-Reply-To")[0]
    assert header.endswith(f"<{space.hex}.127.0.0.1>".encode())
    assert b"\r\nBcc:" not in raw
    again = written(dataclasses.replace(letter), settings)
    assert again["Message-ID"] == message["Message-ID"]
    assert again["References"] == message["References"]
