"""Importing: what is stored, what is refused, and that nothing published ever changes."""

import dataclasses
import hashlib

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, make_version, module_source, page_source
from factories.accounts import make_user
from factories.spaces import join, make_space

from community.academy import queries
from community.academy.events import VersionPublished
from community.academy.formats.source import CourseRefused
from community.academy.models import Activity, Asset, Course, CourseVersion, Module, VersionState
from community.academy.operations import import_course
from community.academy.rules import Lineage
from community.kernel.db import WRITE, db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.keys import new_key
from community.kernel.log import EventRow
from community.spaces.models import Role, SpaceKind


@pytest.fixture
def network(app):
    return make_space(app, "The network", kind=SpaceKind.NETWORK)


@pytest.fixture
def organiser(app, network):
    user_id = make_user(app)
    join(app, network, user_id, Role.ORGANISER)
    return user_id


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_course_is_stored_whole_rendered_and_published(inside, network, organiser):
    version = import_course(acting(organiser), network, course_source())
    assert (version.number, version.state) == (1, VersionState.PUBLISHED)
    assert version.published_at == version.created_at
    assert (count(Module), count(Activity), count(Asset)) == (3, 8, 1)
    outline = queries.outline(version.id)
    assert [module.title for module in outline.modules] == ["Module 1", "Module 2", "Module 3"]
    assert outline.modules[2].opens_later
    assert [line.kind for line in outline.modules[0].activities] == [
        "page",
        "quiz",
        "discussion",
        "live_session",
    ]
    page = queries.activity_content(outline.modules[0].activities[0].id)
    assert f'src="/courses/{version.id}/files/assets/waves.svg"' in page.html
    assert "<figcaption>The waves</figcaption>" in page.html


def test_a_link_to_a_file_of_the_course_finds_it(inside, network, organiser):
    page = page_source(body="See [the waves](assets/waves.svg) and [us](https://example.org/).")
    source = course_source(modules=(module_source(activities=(page,)),))
    version = import_course(acting(organiser), network, source)
    [line] = queries.outline(version.id).activities
    html = queries.activity_content(line.id).html
    assert f'href="/courses/{version.id}/files/assets/waves.svg"' in html
    assert 'href="https://example.org/"' in html


def test_one_event_tells_of_it(inside, network, organiser):
    version = import_course(acting(organiser), network, course_source())
    [row] = db.session.scalars(sa.select(EventRow))
    assert row.name == VersionPublished.name
    assert row.actor_id == organiser
    assert row.payload == {
        "course_id": str(version.course_id),
        "version_id": str(version.id),
        "space_id": str(network),
    }


def test_the_same_content_again_is_refused_and_a_change_is_the_next_version(
    inside, network, organiser
):
    first = import_course(acting(organiser), network, course_source())
    with pytest.raises(Conflict, match="version 1 already"):
        import_course(acting(organiser), network, course_source())
    assert count(CourseVersion) == 1
    second = import_course(acting(organiser), network, course_source(summary="Changed."))
    assert (second.number, second.course_id) == (2, first.course_id)
    assert second.digest != first.digest
    back = import_course(acting(organiser), network, course_source())
    assert (back.number, back.digest) == (3, first.digest)


def lineages(version_id):
    """Return the keys that the parts of a version keep, by their slugs."""
    modules = db.session.execute(
        sa.select(Module.slug, Module.lineage).where(Module.version_id == version_id)
    )
    activities = db.session.execute(
        sa.select(Module.slug, Activity.slug, Activity.lineage)
        .join(Module, Module.id == Activity.module_id)
        .where(Activity.version_id == version_id)
    )
    return dict(tuple(row) for row in modules), {(m, a): key for m, a, key in activities}


def test_parts_of_the_same_slugs_stay_the_same_things(inside, network, organiser):
    ctx = acting(organiser)
    modules, activities = lineages(import_course(ctx, network, course_source()).id)
    assert len(set(modules.values())) == 3
    assert len(set(activities.values())) == 8
    changed = course_source(
        modules=(
            module_source(4),
            module_source(1, title="Other", activities=(page_source(title="Other"),)),
            module_source(2, activities=(page_source("else"), page_source("check"))),
        )
    )
    now, parts = lineages(import_course(ctx, network, changed).id)
    assert (now["module-1"], now["module-2"]) == (modules["module-1"], modules["module-2"])
    assert now["module-4"] not in modules.values()
    same = {slugs for slugs, key in parts.items() if key in activities.values()}
    assert same == {("module-1", "what-counts"), ("module-2", "check")}
    assert all(parts[slugs] == activities[slugs] for slugs in same)


def test_whoever_knows_better_says_what_stays_the_same(inside, network, organiser):
    ctx = acting(organiser)
    modules, activities = lineages(import_course(ctx, network, course_source()).id)
    source = course_source(
        modules=(module_source(5, activities=(page_source("reading"), page_source())),)
    )
    known = Lineage(
        modules={"module-5": modules["module-1"]},
        activities={("module-5", "reading"): activities["module-1", "what-counts"]},
    )
    now, parts = lineages(import_course(ctx, network, source, lineage=known).id)
    assert now == {"module-5": modules["module-1"]}
    assert parts["module-5", "reading"] == activities["module-1", "what-counts"]
    assert parts["module-5", "what-counts"] not in activities.values()


def test_a_changed_picture_is_a_change(inside, network, organiser):
    first = import_course(acting(organiser), network, course_source())
    [asset] = course_source().assets
    wider = dataclasses.replace(asset, data=asset.data.replace(b"0 0 8 8", b"0 0 9 9"))
    second = import_course(acting(organiser), network, course_source(assets=(wider,)))
    assert second.digest != first.digest
    stored = db.session.scalars(sa.select(Asset).where(Asset.version_id == second.id)).one()
    assert stored.path == "assets/waves.svg"
    assert stored.content == wider.data
    assert stored.digest == hashlib.sha256(wider.data).hexdigest()


def test_the_slug_comes_from_the_title_unless_it_is_said(inside, network, organiser):
    import_course(acting(organiser), network, course_source("Ein Kurs: Daten & Öl"))
    import_course(acting(organiser), network, course_source("Another title"), slug="data-101")
    import_course(acting(organiser), network, course_source("A third title"), slug="data-101")
    rows = db.session.execute(
        sa.select(Course.slug, CourseVersion.number)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .order_by(Course.slug, CourseVersion.number)
    )
    assert [tuple(row) for row in rows] == [
        ("data-101", 1),
        ("data-101", 2),
        ("ein-kurs-daten-ol", 1),
    ]


@pytest.mark.parametrize("slug", ["", "Data", "a--b", "-a", "a" * 81, "a/b"])
def test_a_slug_that_is_none_is_refused_by_name(inside, network, organiser, slug):
    with pytest.raises(Invalid) as refused:
        import_course(acting(organiser), network, course_source(), slug=slug)
    assert list(refused.value.fields) == ["slug"]
    assert count(Course) == 0


def test_a_source_that_is_no_course_is_refused_whole(inside, network, organiser):
    broken = course_source(
        modules=(module_source(1), module_source(2, activities=(page_source(body=""),)))
    )
    with pytest.raises(CourseRefused):
        import_course(acting(organiser), network, broken)
    assert (count(Course), count(Module)) == (0, 0)


ROLES = {
    Role.OWNER: None,
    Role.ORGANISER: None,
    Role.FACILITATOR: Forbidden,
    Role.MEMBER: Forbidden,
    Role.OBSERVER: Forbidden,
    None: NotFound,
}


@pytest.mark.parametrize(("role", "refusal"), ROLES.items())
def test_organisers_import_and_nobody_else(app, inside, network, role, refusal):
    user_id = make_user(app)
    if role is not None:
        join(app, network, user_id, role)
    if refusal is None:
        assert import_course(acting(user_id), network, course_source()).number == 1
    else:
        with pytest.raises(refusal):
            import_course(acting(user_id), network, course_source())
        assert count(Course) == 0


def test_the_command_line_imports_as_nobody_but_into_a_space_that_is_there(inside, network):
    shell = acting(None, origin="shell")
    with pytest.raises(NotFound):
        import_course(shell, new_key(), course_source())
    assert import_course(shell, network, course_source()).number == 1
    with pytest.raises(NotFound):
        import_course(acting(None), network, course_source("Another"))


CHANGES = {
    "a module's title": sa.update(Module).values(title="Other"),
    "an activity's text": sa.update(Activity).values(html="<p>Other</p>"),
    "a picture": sa.update(Asset).values(content=b""),
    "the version's title": sa.update(CourseVersion).values(title="Other"),
    "the version's state": sa.update(CourseVersion).values(state=VersionState.DRAFT),
    "away with an activity": sa.delete(Activity),
    "away with a picture": sa.delete(Asset),
    "away with the version": sa.delete(CourseVersion),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_database_keeps_a_published_version_as_it_is(app, inside, network, change):
    make_version(app, network)
    with db.engines[WRITE].connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(change)


def test_the_database_takes_nothing_more_into_a_published_version(app, inside, network):
    version_id = make_version(app, network)
    more = {
        "id": new_key(),
        "version_id": version_id,
        "lineage": new_key(),
        "position": 9,
        "slug": "more",
        "title": "More",
        "summary": "",
        "intro": "",
        "intro_html": "",
        "opens_later": True,
    }
    with (
        db.engines[WRITE].connect() as connection,
        pytest.raises(sa.exc.IntegrityError, match="does not change"),
    ):
        connection.execute(sa.insert(Module).values(**more))


def test_a_draft_may_still_change(app, inside, network):
    make_version(app, network)
    [row] = db.session.execute(sa.select(CourseVersion.__table__)).mappings()
    with db.engines[WRITE].begin() as connection:
        draft = {**row, "id": new_key(), "number": 2, "state": VersionState.DRAFT}
        connection.execute(sa.insert(CourseVersion).values(**draft))
        changed = connection.execute(
            sa.update(CourseVersion).where(CourseVersion.id == draft["id"]).values(title="Other")
        )
        assert changed.rowcount == 1
    with pytest.raises(NotFound):
        queries.outline(draft["id"])
