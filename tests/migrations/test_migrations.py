"""The migrations build what the models say, both ways, on both databases."""

import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from databases import postgres_url

from community.migrating import alembic_config
from community.schema import METADATA
from community.search.models import is_of_index


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def connection(
    request: pytest.FixtureRequest, tmp_path: Path, worker_name: str
) -> Iterator[sa.Connection]:
    url = (
        f"sqlite:///{tmp_path / 'm.sqlite'}"
        if request.param == "sqlite"
        else postgres_url(f"community_migrations_{worker_name}")
    )
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def is_compared(name, kind, _parents):
    return kind != "table" or not is_of_index(name)


def test_there_is_one_head():
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


def test_the_models_are_what_the_migrations_build(connection):
    command.upgrade(alembic_config(connection), "head")
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "include_name": is_compared}
    )
    assert compare_metadata(context, METADATA) == []


def test_each_step_goes_down_and_up_again(connection):
    config = alembic_config(connection)
    for script in reversed(list(ScriptDirectory.from_config(config).walk_revisions())):
        command.upgrade(config, script.revision)
        command.downgrade(config, "-1")
        command.upgrade(config, script.revision)
    command.downgrade(config, "base")
    assert sa.inspect(connection).get_table_names() == ["alembic_version"]


def put(connection, name, /, **given):
    """Insert a row as the revision at hand has it; what is not given gets a plain value."""
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    plain = {
        sa.Boolean: False,
        sa.Integer: 1,
        sa.DateTime: dt.datetime(2026, 3, 3, 10, tzinfo=dt.UTC),
        sa.String: "x",
        sa.JSON: {},
    }
    values = {
        column.name: next(value for kind, value in plain.items() if isinstance(column.type, kind))
        for column in table.columns
        if not column.nullable and column.server_default is None and column.name not in given
    }
    connection.execute(table.insert().values(values | given))


def before_and_after(config, words):
    """Return the revision of the migration whose file says ``words``, and the one before it."""
    scripts = ScriptDirectory.from_config(config)
    [script] = [script for script in scripts.walk_revisions() if words in script.path]
    return script.down_revision, script.revision


def new_keys(connection, number):
    """Return keys as the database takes them where a table was read from it."""
    whole = connection.dialect.name == "postgresql"
    return [uuid.uuid4() if whole else uuid.uuid4().hex for _ in range(number)]


def put_version(connection, course, number, parts):
    """Write a published version; returns the keys of its parts by their slugs."""
    [version] = new_keys(connection, 1)
    keys = {}
    put(
        connection, "course_version", id=version, course_id=course, number=number, state="draft",
        digest=str(number),
    )  # fmt: skip
    for position, (module, activities) in enumerate(parts.items(), 1):
        [keys[module]] = new_keys(connection, 1)
        common = {"version_id": version, "slug": module, "position": position}
        put(connection, "module", id=keys[module], **common)
        for place, activity in enumerate(activities, 1):
            [keys[module, activity]] = new_keys(connection, 1)
            put(
                connection, "activity", id=keys[module, activity], version_id=version,
                module_id=keys[module], slug=activity, position=place, settings={},
            )  # fmt: skip
    publish = sa.text("UPDATE course_version SET state = 'published' WHERE id = :id")
    connection.execute(publish, {"id": version})
    return keys


def lineages(connection, table):
    asked = sa.text(f"SELECT id, lineage FROM {table}")  # noqa: S608  # our own words only
    return {row.id: row.lineage for row in connection.execute(asked)}


def test_everybody_there_is_can_be_searched_without_case_and_accents(connection):
    config = alembic_config(connection)
    before, revision = before_and_after(config, "as_they_are_searched")
    command.upgrade(config, before)
    whole = connection.dialect.name == "postgresql"
    for name in ("Élodie  NGŨGĨ", "Straße"):
        key = uuid.uuid4() if whole else uuid.uuid4().hex
        put(connection, "user_account", id=key, email=f"{name}@example.org", name=name)
    connection.commit()
    command.upgrade(config, revision)
    kept = connection.execute(sa.text("SELECT name_folded FROM user_account ORDER BY 1"))
    assert [row[0] for row in kept] == ["elodie ngugi", "strasse"]


def test_parts_of_the_same_slugs_share_the_key_of_the_first_version_that_has_them(connection):
    config = alembic_config(connection)
    before, revision = before_and_after(config, "what_stays_the_same_in_a_course")
    command.upgrade(config, before)
    space, course, other = new_keys(connection, 3)
    put(connection, "space", id=space, slug="tide", kind="network")
    put(connection, "course", id=course, space_id=space, slug="one")
    put(connection, "course", id=other, space_id=space, slug="two")
    third = put_version(connection, course, 3, {"a": ["read", "talk", "new"], "c": ["talk"]})
    first = put_version(connection, course, 1, {"a": ["read"], "b": ["talk"]})
    second = put_version(connection, course, 2, {"b": ["talk"], "a": ["talk"]})
    apart = put_version(connection, other, 1, {"a": ["read"]})
    connection.commit()

    command.upgrade(config, revision)
    assert lineages(connection, "module") == {
        first["a"]: first["a"],
        first["b"]: first["b"],
        second["a"]: first["a"],
        second["b"]: first["b"],
        third["a"]: first["a"],
        third["c"]: third["c"],
        apart["a"]: apart["a"],
    }
    assert lineages(connection, "activity") == {
        first["a", "read"]: first["a", "read"],
        first["b", "talk"]: first["b", "talk"],
        second["a", "talk"]: second["a", "talk"],
        second["b", "talk"]: first["b", "talk"],
        third["a", "read"]: first["a", "read"],
        third["a", "talk"]: second["a", "talk"],
        third["a", "new"]: third["a", "new"],
        third["c", "talk"]: third["c", "talk"],
        apart["a", "read"]: apart["a", "read"],
    }
    connection.commit()
    for table in ("module", "activity"):
        with pytest.raises(sa.exc.IntegrityError, match="does not change"):
            connection.execute(sa.text(f"UPDATE {table} SET title = 'other'"))  # noqa: S608  # our own words only
        connection.rollback()

    command.downgrade(config, before)
    assert "lineage" not in {c["name"] for c in sa.inspect(connection).get_columns("activity")}
    with pytest.raises(sa.exc.IntegrityError, match="does not change"):
        connection.execute(sa.text("UPDATE activity SET title = 'other'"))
    connection.rollback()
    command.upgrade(config, revision)
    assert lineages(connection, "module")[third["a"]] == first["a"]
    connection.commit()
    command.downgrade(config, "base")


def test_what_the_release_before_imports_meanwhile_gets_keys_of_its_own(connection):
    config = alembic_config(connection)
    _before, revision = before_and_after(config, "what_stays_the_same_in_a_course")
    command.upgrade(config, revision)
    space, course = new_keys(connection, 2)
    put(connection, "space", id=space, slug="tide", kind="network")
    put(connection, "course", id=course, space_id=space, slug="one")
    put_version(connection, course, 1, {"a": ["read", "talk"], "b": ["read"]})
    for table, number in (("module", 2), ("activity", 3)):
        keys = set(lineages(connection, table).values())
        assert len({str(key).strip("0-") for key in keys} - {""}) == number
    connection.commit()
    command.downgrade(config, "base")


def test_what_had_ended_without_having_begun_is_called_off_and_back_again(connection):
    """Written by the release before: it knew no other way to say so."""
    config = alembic_config(connection)
    before, revision = before_and_after(config, "sessions_move_and_are_called_off")
    command.upgrade(config, before)
    ended = dt.datetime(2026, 3, 3, 10, tzinfo=dt.UTC)
    whole = connection.dialect.name == "postgresql"
    keys = [uuid.uuid4() if whole else uuid.uuid4().hex for _ in range(4)]
    person, space, called_off, held = keys
    put(connection, "user_account", id=person, email="a@example.org")
    put(connection, "space", id=space, slug="tide", kind="network")
    common = {"space_id": space, "created_by": person, "zone": "UTC", "state": "ended"}
    put(connection, "live_session", id=called_off, ended_at=ended, **common)
    put(connection, "live_session", id=held, started_at=ended, ended_at=ended, **common)
    connection.commit()
    asked = sa.text("SELECT ended_at IS NOT NULL, {} FROM live_session ORDER BY id = :key DESC")

    def read(column):
        statement = sa.text(asked.text.format(column))
        return [tuple(map(bool, row)) for row in connection.execute(statement, {"key": called_off})]

    command.upgrade(config, revision)
    assert read("called_off_at IS NOT NULL") == [(False, True), (True, False)]
    command.downgrade(config, before)
    assert read("started_at IS NOT NULL") == [(True, False), (True, True)]
    connection.commit()
    command.downgrade(config, "base")


def test_domains_become_what_servers_know_and_no_address_is_there_twice(connection):
    config = alembic_config(connection)
    scripts = ScriptDirectory.from_config(config)
    [revision] = [
        script.revision for script in scripts.walk_revisions() if "domains_in_ascii" in script.path
    ]
    before = scripts.get_revision(revision).down_revision
    command.upgrade(config, before)
    for email in ("a@m\u00fcnchen.example", "b@m\u00fcnchen.example", "b@xn--mnchen-3ya.example"):
        key = uuid.uuid4()
        whole = connection.dialect.name == "postgresql"
        put(connection, "user_account", id=key if whole else key.hex, email=email)
    connection.commit()

    def addresses():
        found = connection.execute(sa.text("SELECT email FROM user_account"))
        return sorted(row.email for row in found)

    command.upgrade(config, revision)
    assert addresses() == [
        "a@xn--mnchen-3ya.example",
        "b@m\u00fcnchen.example",
        "b@xn--mnchen-3ya.example",
    ]
    command.downgrade(config, before)
    assert "a@m\u00fcnchen.example" in addresses()
    connection.commit()
    command.downgrade(config, "base")


def test_attempts_at_quizzes_stay_as_they_were_handed_in(connection):
    """Without a copy of their own; one that is open is not known to the release before."""
    config = alembic_config(connection)
    before, revision = before_and_after(config, "attempts_have_their_own_copy")
    command.upgrade(config, before)
    person, space, course, run, enrolment, old, opened = new_keys(connection, 7)
    put(connection, "user_account", id=person, email="a@example.org")
    put(connection, "space", id=space, slug="tide", kind="network")
    put(connection, "course", id=course, space_id=space, slug="waves")
    activity = put_version(connection, course, 1, {"first": ["check"]})["first", "check"]
    version = connection.scalar(sa.text("SELECT id FROM course_version"))
    put(
        connection, "run", id=run, space_id=space, version_id=version, state="open",
        created_by=person, starts_on=dt.date(2026, 3, 2), capacity=9,
    )  # fmt: skip
    put(connection, "enrolment", id=enrolment, run_id=run, user_id=person, state="active")
    common = {"enrolment_id": enrolment, "activity_id": activity}
    put(connection, "quiz_attempt", id=old, number=1, score=75, passed=True, **common)
    connection.commit()
    asked = sa.text("SELECT number, score, submitted_at IS NULL FROM quiz_attempt ORDER BY number")

    command.upgrade(config, revision)
    put(connection, "quiz_attempt", id=opened, number=2, client_id="open", **common)
    connection.commit()
    assert [tuple(row) for row in connection.execute(asked)] == [(1, 75, False), (2, None, True)]
    connection.commit()
    command.downgrade(config, before)
    assert [tuple(row) for row in connection.execute(asked)] == [(1, 75, False)]


def test_modules_open_when_they_did_whatever_rules_come_and_go(connection):
    """The release before knows no rules: it opens a module when its time begins."""
    config = alembic_config(connection)
    before, revision = before_and_after(config, "release_rules")
    command.upgrade(config, before)
    person, space, course, run, enrolment, first, second, own = new_keys(connection, 8)
    put(connection, "user_account", id=person, email="a@example.org")
    put(connection, "space", id=space, slug="tide", kind="network")
    put(connection, "course", id=course, space_id=space, slug="waves")
    keys = put_version(connection, course, 1, {"first": ["page"], "second": ["page"]})
    version = connection.scalar(sa.text("SELECT id FROM course_version"))
    put(
        connection, "run", id=run, space_id=space, version_id=version, state="open",
        created_by=person, starts_on=dt.date(2026, 3, 2), capacity=9,
    )  # fmt: skip
    put(connection, "enrolment", id=enrolment, run_id=run, user_id=person, state="active")
    week = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    for key, module in ((first, "first"), (second, "second")):
        put(connection, "release", id=key, run_id=run, module_id=keys[module], opens_at=week)
    connection.commit()
    asked = sa.text("SELECT id, opens_at FROM release")

    def opens():
        found = {row.id: row.opens_at for row in connection.execute(asked)}
        return [str(found[key])[:10] for key in (first, second)]

    command.upgrade(config, revision)
    assert opens() == ["2026-03-02", "2026-03-02"]
    ruled = sa.text(
        "UPDATE release SET rule = 'joined', opens_at = :early, begins_at = :week WHERE id = :id"
    )
    early = dt.datetime(2026, 2, 2, tzinfo=dt.UTC)
    connection.execute(ruled, {"early": str(early), "week": str(week), "id": second})
    put(connection, "learner_release", id=own, enrolment_id=enrolment, module_id=keys["second"])
    connection.commit()
    command.downgrade(config, before)
    assert opens() == ["2026-03-02", "2026-03-02"]
    connection.commit()
    command.downgrade(config, "base")


def test_runs_that_are_there_get_the_rules_of_a_new_one_and_are_judged_later(connection):
    config = alembic_config(connection)
    before, revision = before_and_after(config, "when_somebody_is_done")
    command.upgrade(config, before)
    space, course, version, person, run = new_keys(connection, 5)
    put(connection, "user_account", id=person, email="one@example.org", name_folded="x")
    put(connection, "space", id=space, slug="cohort", kind="cohort")
    put(connection, "course", id=course, space_id=space, slug="one")
    put(
        connection, "course_version", id=version, course_id=course, number=1, state="published",
        digest="1",
    )  # fmt: skip
    put(
        connection, "run", id=run, space_id=space, version_id=version, created_by=person,
        state="open", starts_on=dt.date(2026, 3, 2), capacity=20,
    )  # fmt: skip
    connection.commit()
    command.upgrade(config, revision)
    [policy] = connection.execute(sa.text("SELECT run_id, number, change FROM completion_policy"))
    assert uuid.UUID(str(policy.run_id)) == uuid.UUID(str(run))
    assert (policy.number, policy.change) == (1, "first")
    owed = sa.text("SELECT count(*) FROM outbox WHERE job = 'progress.settle_verdicts'")
    assert connection.execute(owed).scalar() == 1
    connection.commit()
    command.downgrade(config, before)
    assert connection.execute(owed).scalar() == 0


def test_the_release_before_gets_its_per_cents_back(connection):
    """What is new stores none; the release before counts all that is required."""
    config = alembic_config(connection)
    before, revision = before_and_after(config, "per_cents_are_counted_when_read")
    command.upgrade(config, before)
    space, course, run = new_keys(connection, 3)
    people, enrolments, summaries = (new_keys(connection, 3) for _ in range(3))
    for number, person in enumerate(people):
        put(connection, "user_account", id=person, email=f"{number}@example.org")
    put(connection, "space", id=space, slug="tide", kind="network")
    put(connection, "course", id=course, space_id=space, slug="waves")
    put_version(connection, course, 1, {"first": ["page"]})
    version = connection.scalar(sa.text("SELECT id FROM course_version"))
    put(
        connection, "run", id=run, space_id=space, version_id=version, state="open",
        created_by=people[0], starts_on=dt.date(2026, 3, 2), capacity=9,
    )  # fmt: skip
    for key, person in zip(enrolments, people, strict=True):
        put(connection, "enrolment", id=key, run_id=run, user_id=person, state="active")

    def total(number, **given):
        keys = {"id": summaries[number], "enrolment_id": enrolments[number]}
        put(connection, "progress_summary", **keys, **given)

    total(0, done=1, required=3, percent=33, cells="d.b:D")
    connection.commit()
    command.upgrade(config, revision)
    total(1, done=3, cells="dew:B")
    total(2, done=0, cells=":E")
    connection.commit()
    command.downgrade(config, before)
    asked = sa.text("SELECT required, percent FROM progress_summary ORDER BY done DESC, required")
    assert [tuple(row) for row in connection.execute(asked)] == [(3, 100), (3, 33), (0, 100)]
    connection.commit()
    command.downgrade(config, "base")


def test_replies_know_what_they_answer_and_moved_posts_are_removed_ones_to_the_release_before(
    connection,
):
    config = alembic_config(connection)
    before, revision = before_and_after(config, "posts_and_threads_move")
    command.upgrade(config, before)
    person, space, thread, other, first, answer, line = new_keys(connection, 7)
    put(connection, "user_account", id=person, email="a@example.org")
    put(connection, "space", id=space, slug="tide", kind="network")
    whose = {"author_id": person}
    for key in (thread, other):
        put(
            connection, "thread", id=key, space_id=space, kind="question", last_author_id=person,
            **whose,
        )  # fmt: skip
    put(connection, "post", id=first, thread_id=thread, number=1, **whose)
    put(connection, "post", id=answer, thread_id=thread, number=2, reply_to=1, **whose)
    connection.commit()
    command.upgrade(config, revision)
    post = sa.Table("post", sa.MetaData(), autoload_with=connection)
    assert connection.scalars(sa.select(post.c.answers_id).order_by(post.c.number)).all() == [
        None,
        first,
    ]
    moved = post.update().where(post.c.id == first).values(thread_id=other, number=7)
    connection.execute(moved)
    when = dt.datetime(2026, 3, 3, 10, tzinfo=dt.UTC)
    put(
        connection, "post", id=line, thread_id=thread, number=1, removal="moved",
        removed_at=when, moved_to_id=first, **whose,
    )  # fmt: skip
    connection.commit()
    command.downgrade(config, before)
    read = sa.text("SELECT number, reply_to, removal FROM post ORDER BY number")
    assert [tuple(row) for row in connection.execute(read)] == [
        (1, None, "staff"),
        (2, None, None),
        (7, None, None),
    ]
    connection.commit()
    command.downgrade(config, "base")


def test_who_wrote_in_an_archive_is_nobody_to_the_release_before_and_after(connection):
    config = alembic_config(connection)
    before, revision = before_and_after(config, "talk_comes_in_from_elsewhere")
    command.upgrade(config, revision)
    author, gone, person = new_keys(connection, 3)
    out = dt.datetime(2026, 3, 3, 10, tzinfo=dt.UTC)
    common = {"password_hash": None, "deactivated_at": out}
    address = "{}@deleted.invalid"
    put(
        connection, "user_account", id=author, email=address.format("a"), name="Ada Lind",
        from_archive=True, **common,
    )  # fmt: skip
    put(
        connection, "user_account", id=gone, email=address.format("b"), name="Former member",
        deleted_at=out, **common,
    )  # fmt: skip
    put(connection, "user_account", id=person, email="c@example.org")
    connection.commit()

    def asked(what):
        told = sa.text(f"SELECT {what} FROM user_account ORDER BY name = 'x', name")  # noqa: S608  # our own words only
        return [tuple(row) for row in connection.execute(told)]

    for _turn in range(2):
        command.downgrade(config, before)
        deleted = "deleted_at IS NULL, deactivated_at IS NULL, password_hash IS NULL"
        assert asked(deleted) == [(False, False, True), (False, False, True), (True, True, True)]
        command.upgrade(config, revision)
        assert asked("email, from_archive, deleted_at IS NULL") == [
            ("a@deleted.invalid", True, True),
            ("b@deleted.invalid", False, False),
            ("c@example.org", False, True),
        ]


def test_stopped_letters_and_digests_become_preferences_and_again_what_they_were(connection):
    config = alembic_config(connection)
    before, revision = before_and_after(config, "what_reaches_whom")
    command.upgrade(config, before)
    stopper, gatherer, plain, both = people = new_keys(connection, 4)
    for number, person in enumerate(people):
        put(connection, "user_account", id=person, email=f"{number}@example.org")
    for person, kind in ((stopper, "message"), (stopper, "reminder"), (both, "answer")):
        put(connection, "stopped_letter", id=new_keys(connection, 1)[0], user_id=person, kind=kind)
    rhythms = {gatherer: "weekly", plain: "at_once", both: "daily"}
    for person, rhythm in rhythms.items():
        put(
            connection,
            "letter_times",
            id=new_keys(connection, 1)[0],
            user_id=person,
            rhythm=rhythm,
            hour=7,
        )
    connection.commit()
    command.upgrade(config, revision)
    rows = connection.execute(sa.text("SELECT user_id, topic, channel, choice FROM preference"))
    answers = {"reply", "question", "mention", "group", "watching"}
    assert {tuple(row) for row in rows} == {
        *((stopper, topic, "mail", "off") for topic in ("message", "work", "score", "reminder")),
        *((gatherer, topic, "mail", "digest") for topic in answers),
        *((both, topic, "mail", "off") for topic in answers),
    }
    connection.commit()
    command.downgrade(config, before)
    rows = connection.execute(sa.text("SELECT user_id, kind FROM stopped_letter"))
    assert {tuple(row) for row in rows} == {
        (stopper, "message"),
        (stopper, "reminder"),
        (both, "answer"),
    }
    rows = connection.execute(sa.text("SELECT user_id, rhythm FROM letter_times"))
    after = dict(tuple(row) for row in rows)
    # who had stopped all that a digest holds needs none
    assert after == rhythms | {both: "at_once"}
    connection.commit()
    command.downgrade(config, "base")
