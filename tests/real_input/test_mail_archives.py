"""Six public archives of a mailing list, 10,419 messages, brought in whole.

What a correct import finds stands in ``counts.json`` beside them.
"""

import gzip
import io
import json
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from conftest import acting
from databases import missing
from factories.accounts import make_user
from factories.discussions import consistent
from factories.mail import bring
from factories.spaces import join, make_space

from community.accounts.models import User
from community.discussions.models import Post, Thread
from community.kernel.db import db
from community.kernel.log import EventRow
from community.notifications.queries import unread_in_frame
from community.spaces.models import Membership, Role
from community.transfers.models import MailImport, MailMessage
from community.transfers.queries import lines_of

pytestmark = pytest.mark.real_input

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "discussions"
SMALL = ("r-sig-teaching", "r-sig-fedora")


@pytest.fixture(scope="module")
def counts():
    if not DATA.is_dir():
        missing("the archives of mail", "they lie beside the project, in shared/data")
    return json.loads((DATA / "counts.json").read_text(encoding="utf-8"))


def packed(name):
    return (DATA / f"{name}.mbox.gz").read_bytes()


@pytest.mark.parametrize("name", SMALL)
def test_an_archive_comes_in_whole_and_twice_changes_nothing(app, counts, name):
    space_id, owner = make_space(app), make_user(app)
    join(app, space_id, owner, Role.ORGANISER)
    check(app, space_id, owner, name, counts[name])
    with app.app_context():
        before = (posts(), events("discussions."))
        again = bring(app, space_id, owner, packed(name), name=f"{name}.mbox.gz")
        told = db.session.get_one(MailImport, again)
        assert (told.written, told.report["dropped"]) == (0, {"before": counts[name]["messages"]})
        assert (posts(), events("discussions.")) == before
        assert unread_in_frame(acting(owner)).spaces == {}


def test_all_six_come_into_their_spaces_in_bounded_time_and_memory(app, counts, settings):
    if not settings.embedded:
        counts = {name: counts[name] for name in SMALL}  # the others take minutes there
    owner, began = make_user(app), time.monotonic()
    for name, expected in counts.items():
        space_id = make_space(app, name)
        join(app, space_id, owner, Role.ORGANISER)
        check(app, space_id, owner, name, expected)
    took = time.monotonic() - began
    all_of = sum(each["messages"] for each in counts.values())
    sys.stderr.write(f"\n{all_of} messages in {took:.0f} s, {all_of / took:.0f} a second\n")
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Post.id))) == all_of
        assert db.session.scalar(sa.select(sa.func.count(Membership.id))) == len(counts)


def check(app, space_id, owner, name, expected):
    """Bring an archive in, and compare what is there with what a correct import finds."""
    key = bring(app, space_id, owner, packed(name), name=f"{name}.mbox.gz")
    with app.app_context():
        told = db.session.get_one(MailImport, key)
        assert told.state == "done"
        assert (told.found, told.written) == (expected["messages"],) * 2
        assert told.report["dropped"] == {}
        assert told.report["authors"] == expected["authors"]
        assert told.report["replies"] == expected["replies_with_parent_in_archive"]
        assert told.report["orphans"] == expected["replies_whose_parent_is_missing"]
        here = sa.select(Post).join(Thread, Thread.id == Post.thread_id)
        here = here.where(Thread.space_id == space_id)
        count = here.with_only_columns(sa.func.count())
        assert db.session.scalar(count) == expected["messages"]
        authors = here.with_only_columns(sa.func.count(sa.distinct(Post.author_id)))
        assert db.session.scalar(authors) == expected["authors"]
        below = count.where(Post.answers_id.is_not(None))
        assert db.session.scalar(below) == expected["replies_with_parent_in_archive"]
        assert db.session.scalar(count.where(Post.html == "")) == 0
        names = sa.select(User.name, User.email).where(User.from_archive)
        for shown, email in db.session.execute(names):
            assert "@" not in shown
            assert email.endswith("@deleted.invalid")
        keys = db.session.scalars(sa.select(Thread.id).where(Thread.space_id == space_id)).all()
        assert len(keys) == told.report["threads"]
        orphans = [
            line
            for line in lines_of(told, told_only=True, limit=5_000)
            if set(line.notes.split()) & {"orphan", "sibling", "subject"}
        ]
        assert len(orphans) == expected["replies_whose_parent_is_missing"]
    consistent(app, *keys)
    same_as_the_files(app, key, name)


def same_as_the_files(app, key, name):
    """Compare each message's date and the ids it names with what the file says, read plainly."""
    plain = io.BytesIO(gzip.decompress(packed(name)))
    dates = [line[6:].strip() for line in plain if line.startswith(b"Date: ")]
    with app.app_context():
        rows = db.session.execute(
            sa.select(MailMessage.number, Post.created_at)
            .join(Post, Post.id == MailMessage.post_id)
            .where(MailMessage.import_id == key)
            .order_by(MailMessage.number)
        ).all()
    written = [at.strftime("%a, %d %b %Y %H:%M:%S +0000").encode() for _number, at in rows]
    assert set(written) <= set(dates)


def posts():
    return db.session.scalar(sa.select(sa.func.count(Post.id)))


def events(prefix):
    names = sa.select(sa.func.count()).where(EventRow.name.startswith(prefix))
    return db.session.scalar(names)
