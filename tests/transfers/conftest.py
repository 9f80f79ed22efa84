import dataclasses
import io
import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import drawing, make_user
from factories.discussions import make_thread
from factories.spaces import join, make_space

from community.discussions.models import (
    PollKind,
    PollShows,
    Post,
    ReactionKind,
    ThreadKind,
)
from community.discussions.operations import (
    PollGiven,
    accept_answer,
    add_attachment,
    edit_post,
    lock_thread,
    merge_posts,
    pin_thread,
    post_reply,
    react,
    remove_post,
    split_thread,
)
from community.discussions.rules import attachment_path
from community.kernel.db import db
from community.spaces.models import Role


@dataclasses.dataclass(frozen=True)
class Place:
    """A space, and somebody in each role and outside, by the name of the role."""

    space_id: uuid.UUID
    people: dict[str, uuid.UUID]


@pytest.fixture
def place(app):
    space_id = make_space(app, slug="tide-school")
    people = {role.value: make_user(app, f"{role.value.title()} Example") for role in Role}
    for role in Role:
        join(app, space_id, people[role.value], role)
    return Place(space_id, people | {"outsider": make_user(app, "Out Sider")})


@pytest.fixture
def talk(app, place):
    """Talk of every sort; returns the ids of its threads."""
    owner, member = place.people["owner"], place.people["member"]
    space = place.space_id
    question = make_thread(
        app, space, member, title="Who signs?", tags=["tides", "rivers"], body="Who **signs**?"
    )
    with app.app_context():
        first = db.session.scalars(sa.select(Post.id).where(Post.thread_id == question)).one()
        answer = post_reply(acting(owner), question, body="I do.", reply_to=1)
        post_reply(
            acting(member),
            question,
            body=f"> [Owner](/posts/{answer.id})\n>\n> I do.\n\nThanks @[Owner Example](person:x).",
            reply_to=2,
        )
        gone = post_reply(acting(member), question, body="A secret slip.")
        remove_post(acting(member), gone.id)
        picture = add_attachment(acting(owner), space, name="map.png", source=io.BytesIO(drawing()))
        shown = f"![A map]({attachment_path(picture.id, picture.name)})"
        post_reply(acting(owner), question, body=f"See {shown}")
        for who, kind in (
            (owner, "thanks"),
            (place.people["organiser"], "thanks"),
            (owner, "heart"),
        ):
            react(acting(who), first, kind=ReactionKind(kind), on=True)
        accept_answer(acting(member), answer.id)
        pin_thread(acting(owner), question, pinned=True)
        edit_post(acting(owner), answer.id, body="I do, and Ben.", edition=1)
    poll = PollGiven(
        question="Where?",
        options=["Here", "There"],
        kind=PollKind.SINGLE,
        shows=PollShows.ALWAYS,
        named=False,
    )
    asked = make_thread(
        app, space, owner, kind=ThreadKind.ASK, title="Where?", body="Vote", poll=poll
    )
    long = make_thread(app, space, owner, title="Long", replies=4)
    with app.app_context():
        split_thread(acting(owner), long, title="Apart", kind=ThreadKind.DISCUSSION, since=4)
        lock_thread(acting(owner), long, locked=True)
    merged = make_thread(app, space, owner, title="Merged away", replies=1)
    with app.app_context():
        merge_posts(acting(owner), merged, into=asked, since=1)
    return [question, asked, long, merged]
