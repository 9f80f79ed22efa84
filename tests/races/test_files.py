"""The same file brought by many at once, and taken away while it is brought again.

The lock is that of the file's row (``kernel.files.keeping``).
"""

import datetime as dt
import io

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import make_version
from factories.accounts import make_user
from factories.spaces import join, make_space
from races.parallel import at_once

from community.academy.models import CourseVersion, DraftFile
from community.academy.operations import begin_draft
from community.kernel.db import db
from community.kernel.files.keeping import GRACE, coming, keep, sweep_files
from community.kernel.files.models import StoredFile
from community.kernel.files.store import store
from community.kernel.operation import operation
from community.spaces.models import Role, SpaceKind

pytestmark = pytest.mark.races


@pytest.fixture
def draft(app):
    network = make_space(app, kind=SpaceKind.NETWORK)
    organiser = make_user(app)
    join(app, network, organiser, Role.ORGANISER)
    version = make_version(app, network)
    with app.app_context():
        course_id = db.session.get_one(CourseVersion, version).course_id
        return begin_draft(acting(organiser), course_id).id


@operation
def name_it(ctx, draft, path, came):
    db.session.add(DraftFile(draft_id=draft, path=path, stored_id=keep(ctx, came).id))


@operation
def forget(ctx, draft):
    db.session.execute(sa.delete(DraftFile).where(DraftFile.draft_id == draft))


def bring(draft, path, data=b"waves"):
    with coming(io.BytesIO(data), most=100) as came:
        name_it(acting(None), draft, path, came)
        return came.digest


def later(days):
    return acting(None, now=acting(None).now + dt.timedelta(days=days))


def test_many_who_bring_one_file_keep_it_once(app, draft):
    acts = [lambda n=n: bring(draft, f"files/{n}.txt") for n in range(8)]
    [digest] = set(at_once(app, acts))
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 1
        assert store().path(digest).read_bytes() == b"waves"
        assert not list((store().folder / ".coming").iterdir())


def test_what_is_brought_again_while_it_is_swept_is_there(app, draft):
    for turn in range(6):
        with app.app_context():
            bring(draft, "files/a.txt")
            forget(acting(None), draft)
            sweep_files(acting(None))
        acts = [
            lambda: sweep_files(later(GRACE.days + 1)),
            lambda turn=turn: bring(draft, f"files/{turn}.txt"),
            lambda: sweep_files(later(GRACE.days + 1)),
        ]
        _gone, digest, _too = at_once(app, acts)
        with app.app_context():
            row = db.session.scalars(sa.select(StoredFile)).one()
            assert row.digest == digest
            assert store().path(digest).read_bytes() == b"waves"
            forget(acting(None), draft)
            sweep_files(acting(None))
