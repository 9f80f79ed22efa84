"""Each role finds all that the one rule shows them, and nothing else."""

import pytest
import sqlalchemy as sa
from conftest import acting

from community.academy.models import Activity
from community.discussions.models import Post, Thread
from community.kernel.db import db
from community.search.models import ENTRY, EntryKind
from community.search.queries.finding import A_PAGE, last_page, search
from community.search.queries.suggesting import FoundSpace, suggest
from community.search.rules.suggesting import MOST_SUGGESTED
from community.spaces.models import Space


def found_by(eyes, kind):
    """Return the ids of everything of a kind that somebody finds."""
    ids = []
    for page in range(1, last_page(A_PAGE) + 1):
        results = search(acting(eyes.user_id), f"is:{kind.value}", page=page)
        ids += [each.id for each in results.items]
        if not results.more:
            break
    assert len(ids) == len(set(ids)) == results.total
    return set(ids)


def seen_by(eyes, kind):
    """Return the ids of everything of a kind that the rules show somebody."""
    if kind is EntryKind.PERSON:
        return eyes.people
    if kind is EntryKind.SESSION:
        return eyes.sessions
    if kind is EntryKind.PAGE:
        return {key for keys in eyes.activities.values() for key in keys}
    if kind is EntryKind.THREAD:
        open_ones = sa.select(Thread.id).where(Thread.merged_into_id.is_(None))
        return eyes.threads & set(db.session.scalars(open_ones))
    later = sa.select(Post.id).where(Post.number > 1)
    return eyes.posts & set(db.session.scalars(later))


@pytest.mark.parametrize("kind", EntryKind)
def test_each_finds_what_they_see_and_nothing_else(shared_app, world, eyes, kind):
    with shared_app.app_context():
        assert found_by(eyes, kind) == seen_by(eyes, kind)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Activity)) > 0


def titles_of(kind):
    """Return the title of each thing of a kind that is indexed, by its id."""
    rows = db.session.execute(
        sa.select(ENTRY.c.subject_id, ENTRY.c.title).where(ENTRY.c.kind == kind)
    )
    return {row.subject_id: row.title for row in rows}


@pytest.mark.parametrize("kind", [kind for kind in EntryKind if kind is not EntryKind.POST])
def test_each_is_suggested_what_they_see_and_nothing_else(shared_app, world, eyes, kind):
    with shared_app.app_context():
        titles, seen = titles_of(kind), seen_by(eyes, kind)
        assert titles
        for title in sorted(set(titles.values())):
            found = [
                each.id for each in suggest(acting(eyes.user_id), f'is:{kind.value} "{title}"')
            ]
            named = {key for key in seen if titles[key] == title}
            assert set(found) <= seen, title
            assert named <= set(found) or len(found) == MOST_SUGGESTED, title


def test_each_is_suggested_their_own_spaces_alone(shared_app, world, eyes):
    with shared_app.app_context():
        spaces = db.session.execute(sa.select(Space.id, Space.slug, Space.name)).all()
        mine = {space.slug for space in spaces if space.id in eyes.spaces}
        for name in sorted({space.name for space in spaces}):
            found = suggest(acting(eyes.user_id), name)
            slugs = {each.slug for each in found if isinstance(each, FoundSpace)}
            assert slugs <= mine, name
            if not any(space.name == name and space.slug in mine for space in spaces):
                continue
            assert slugs, name
