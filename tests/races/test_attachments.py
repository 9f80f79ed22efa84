"""Files that come at one moment: the last room of a space is taken once, and a file has one post.

The locks are those of the space's row (``_add``) and of the attachment's own (``carry``).
"""

import dataclasses
import io

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.attachments import attach
from factories.discussions import make_thread
from factories.files import PDF
from factories.spaces import join, make_space
from races.parallel import at_once, in_line

from community.discussions.models import Attachment, Post
from community.discussions.operations import add_attachment, post_reply
from community.discussions.queries import room_used
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.spaces.models import Space

pytestmark = pytest.mark.races
MOST = 3 * len(PDF)


@pytest.fixture
def place(app, monkeypatch):
    """A space with room for two files of three letters more than PDF, and two people."""
    space = make_space(app)
    people = [make_user(app, name) for name in ("Ana Lind", "Ben Ito")]
    for each in people:
        join(app, space, each)
    installed = app.extensions["community"]
    less = dataclasses.replace(installed.settings, space_limit=MOST - 1)
    monkeypatch.setattr(installed, "settings", less)
    attach(app, space, people[0])
    return space, people


def sent(space, who, number):
    source = io.BytesIO(PDF[:-1] + str(number).encode())
    return lambda: add_attachment(acting(who), space, name=f"{number}.pdf", source=source)


def check(app, space, answers):
    assert len([each for each in answers if isinstance(each, Conflict)]) == 1
    with app.app_context():
        assert room_used(space) == 2 * len(PDF)


def test_of_two_files_for_the_last_room_one_is_refused(app, place):
    space, people = place
    check(app, space, at_once(app, [sent(space, each, at) for at, each in enumerate(people)]))


def test_the_second_of_them_looks_at_the_room_after_the_first(app, place):
    space, people = place
    held = sa.select(Space).where(Space.id == space)
    acts = [sent(space, each, at) for at, each in enumerate(people)]
    check(app, space, in_line(app, held, acts))


def test_a_file_that_is_put_into_two_posts_at_once_is_carried_by_one(app, place):
    space, [ana, ben] = place
    file = attach(app, space, ana)
    threads = [make_thread(app, space, ben) for _each in range(2)]
    at_once(
        app,
        [lambda key=key: post_reply(acting(ana), key, body=file["markdown"]) for key in threads],
    )
    with app.app_context():
        carrier = db.session.get_one(Attachment, file["id"]).post_id
        shown = sa.select(Post.id).where(Post.html.contains('class="file"'))
        assert db.session.scalars(shown).all() == [carrier]
