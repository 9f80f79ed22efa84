"""The talk of a space is taken along, and comes in elsewhere as it stood."""

import hashlib
import io
import json
import stat
import warnings
import zipfile

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import drawing, make_user
from factories.discussions import consistent, make_thread
from factories.mail import begin, bring
from factories.spaces import join, make_space

from community.discussions.models import (
    PollKind,
    PollShows,
    Post,
    ReactionKind,
    Tag,
    Thread,
    ThreadKind,
)
from community.discussions.operations import (
    PollGiven,
    accept_answer,
    add_attachment,
    close_poll,
    edit_post,
    lock_thread,
    merge_posts,
    pin_thread,
    post_reply,
    react,
    remove_post,
    split_thread,
    vote,
)
from community.discussions.rules import attachment_path
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.jobs import run_everything
from community.notifications.queries import unread_in_frame
from community.spaces.models import Membership, Role
from community.transfers.formats.talk import VERSION, ArchiveRefused, Reader, check
from community.transfers.models import ExportState, MailImport, MailMessage, TalkExport
from community.transfers.operations import (
    ask_export,
    make_export,
    read_mail,
    remove_export,
    take_back_mail,
    write_mail,
    write_talk,
)
from community.transfers.operations.talk.opened import opened
from community.transfers.policy import find_talk_export


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


def archive_of(app, who, space_id):
    with app.app_context():
        made = io.BytesIO()
        counts = write_talk(acting(who), space_id, made)
        return made.getvalue(), counts


def contents(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def posts_in(data):
    return [json.loads(line) for line in contents(data)["posts.jsonl"].splitlines()]


def test_what_is_taken_along_and_brought_in_is_the_same_to_the_byte(app, place, talk):
    owner = place.people["owner"]
    first, counts = archive_of(app, owner, place.space_id)
    assert counts["threads"] == 5
    assert archive_of(app, owner, place.space_id)[0] == first
    elsewhere = make_space(app, "Elsewhere")
    join(app, elsewhere, owner, Role.OWNER)
    key = bring(app, elsewhere, owner, first, name="talk.zip")
    with app.app_context():
        row = db.session.get_one(MailImport, key)
        assert (row.state, row.found, row.written) == ("done", counts["posts"], counts["posts"])
        assert row.name == "talk.zip"
        threads = db.session.scalars(
            sa.select(Thread).where(Thread.space_id == elsewhere).order_by(Thread.title)
        ).all()
        assert [thread.title for thread in threads] == [
            *("Apart", "Long", "Merged away", "Where?", "Who signs?")
        ]
        members = sa.select(sa.func.count()).where(Membership.space_id == elsewhere)
        assert db.session.scalar(members) == 1
        assert unread_in_frame(acting(owner)).spaces.get(elsewhere) is None
    second, _counts = archive_of(app, owner, elsewhere)
    assert contents(second) == contents(first)
    assert second == first
    consistent(app, *[thread.id for thread in threads])


def elsewhere_of(app, owner):
    key = make_space(app, "Elsewhere")
    join(app, key, owner, Role.OWNER)
    return key


def test_all_that_its_maker_sees_goes_and_comes_back(app, place, talk):
    owner, space = place.people["owner"], place.space_id
    persian = "\u0645\u06cc\u200c\u062e"  # with a joiner that no name is without
    names = ("Ana Lind (she/her)", "@ben", "d'Arc'", "\U0001f469\u200d\U0001f4bb Mo", persian)
    people = [make_user(app, name) for name in names]
    for who in people:
        join(app, space, who, Role.MEMBER)
    rich = PollGiven(
        question="Which?",
        options=["One", "Two", "Three"],
        kind=PollKind.RANKED,
        shows=PollShows.CLOSED,
        named=True,
    )
    thread = make_thread(
        app, space, people[0], kind=ThreadKind.SHOW_AND_TELL, title="All \u2013 of it", body="*See*"
    )
    with app.app_context():
        for who in people:
            post_reply(acting(who), thread, body=f"I am {who}.", reply_to=1)
        polled = post_reply(acting(owner), thread, body="Order them", poll=rich)
        vote(acting(people[1]), polled.id, choices=[2, 1])
        close_poll(acting(owner), polled.id)
        hidden = post_reply(acting(people[1]), thread, body="Not for all.")
        remove_post(acting(owner), hidden.id)
        table = add_attachment(
            acting(people[2]), space, name="Tide table.csv", source=io.BytesIO(b"a,b\n1,2\n")
        )
        link = f"[Tide table.csv]({attachment_path(table.id, table.name)})"
        last = post_reply(
            acting(people[2]), thread, body=f"{link}, {link}\n\n[up](/posts/{polled.id})"
        )
        for kind in ReactionKind:
            react(acting(people[3]), last.id, kind=kind, on=True)
        react(acting(people[4]), last.id, kind=ReactionKind.HEART, on=True)
        lock_thread(acting(owner), thread, locked=True)
    first, counts = archive_of(app, owner, space)
    shown = contents(first)["people.jsonl"].decode()
    assert all(json.dumps(name, ensure_ascii=False) in shown for name in names)
    there = elsewhere_of(app, owner)
    key = bring(app, there, owner, first, name="talk.zip")
    with app.app_context():
        assert db.session.get_one(MailImport, key).written == counts["posts"]
    second, _counts = archive_of(app, owner, there)
    assert contents(second) == contents(first)
    assert second == first


def test_what_was_taken_back_in_part_comes_in_again_whole(app, place, talk):
    owner, there = place.people["owner"], elsewhere_of(app, place.people["owner"])
    data, counts = archive_of(app, owner, place.space_id)
    key = bring(app, there, owner, data)
    with app.app_context():
        polled = sa.select(Thread.id).where(Thread.space_id == there, Thread.title == "Where?")
        thread = db.session.scalars(polled).one()
        said = post_reply(acting(owner), thread, body="Here.")
        take_back_mail(acting(owner), key)
    run_everything(app)
    with app.app_context():
        remaining = db.session.get_one(MailImport, key).report["remaining"]
        assert 0 < remaining < counts["posts"]
    again = bring(app, there, owner, data)
    with app.app_context():
        row = db.session.get_one(MailImport, again)
        assert (row.state, row.written) == ("done", counts["posts"] - remaining)
        remove_post(acting(owner), said.id)
        threads = db.session.scalars(sa.select(Thread).where(Thread.space_id == there)).all()
        merged = next(each for each in threads if each.title == "Merged away")
        assert merged.merged_into_id == thread
    consistent(app, *[each.id for each in threads])
    lines = posts_in(archive_of(app, owner, there)[0])
    assert [line for line in lines if line["removed"] != "author"] == [
        line for line in posts_in(data) if line["removed"] != "author"
    ]


def test_what_was_taken_back_while_it_was_written_is_filled_up(app, place, talk, monkeypatch):
    owner, there = place.people["owner"], elsewhere_of(app, place.people["owner"])
    data, counts = archive_of(app, owner, place.space_id)
    monkeypatch.setattr("community.transfers.operations.talk.writing.BATCH", 2)
    monkeypatch.setattr("community.transfers.operations.writing.A_TALK_JOB", 2)
    key = begin(app, there, owner, data)
    with app.app_context():
        read_mail(Context.begin(None), str(key))
        write_mail(Context.begin(None), str(key))
        thread = db.session.scalars(sa.select(Thread.id).where(Thread.space_id == there)).one()
        post_reply(acting(owner), thread, body="Already.")
        take_back_mail(acting(owner), key)
    run_everything(app)
    again = bring(app, there, owner, data)
    with app.app_context():
        row = db.session.get_one(MailImport, again)
        assert (row.state, row.written) == ("done", counts["posts"] - 2)
        keys = db.session.scalars(sa.select(Thread.id).where(Thread.space_id == there)).all()
    assert len(keys) == counts["threads"]
    consistent(app, *keys)


def test_no_tag_stays_that_came_with_what_was_taken_back(app, place, talk):
    owner, there = place.people["owner"], elsewhere_of(app, place.people["owner"])
    make_thread(app, there, owner, tags=["rivers"])
    key = bring(app, there, owner, archive_of(app, owner, place.space_id)[0])
    with app.app_context():
        take_back_mail(acting(owner), key)
    run_everything(app)
    with app.app_context():
        assert db.session.get_one(MailImport, key).report["remaining"] == 0
        names = db.session.scalars(sa.select(Tag.name).where(Tag.space_id == there)).all()
        assert names == ["rivers"]


def test_the_same_archive_twice_changes_nothing(app, place, talk):
    owner = place.people["owner"]
    data, counts = archive_of(app, owner, place.space_id)
    elsewhere = make_space(app, "Elsewhere")
    join(app, elsewhere, owner, Role.OWNER)
    bring(app, elsewhere, owner, data)
    with app.app_context():
        before = db.session.scalar(sa.select(sa.func.count(Post.id)))
    again = bring(app, elsewhere, owner, data)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Post.id))) == before
        row = db.session.get_one(MailImport, again)
        assert (row.written, row.report["dropped"]) == (0, {"before": counts["posts"]})


def test_an_archive_holds_what_its_maker_sees_and_nothing_else(app, place, talk):
    data, _counts = archive_of(app, place.people["organiser"], place.space_id)
    whole = b"".join(contents(data).values()).decode(errors="replace")
    assert "A secret slip." not in whole
    assert "@example.org" not in whole
    for key in (*place.people.values(), *talk, place.space_id):
        assert str(key) not in whole
    lines = posts_in(data)
    slip = next(line for line in lines if line["removed"] == "author")
    assert (slip["author"], slip["body"], slip["files"]) == (None, "", [])
    quoting = next(line for line in lines if "Thanks" in line["body"])
    assert "](post:1/2)" in quoting["body"]
    assert "@Owner Example" in quoting["body"]
    assert lines[0]["reactions"] == {"heart": [2], "thanks": [2, 3]}
    names = contents(data)
    assert any(name.startswith("files/") for name in names)
    assert "I do, and Ben." in names["threads/00001-who-signs.md"].decode()


def test_who_may_not_take_talk_along_is_refused(app, place):
    with app.app_context():
        for who in ("facilitator", "member", "outsider"):
            refusal = NotFound if who == "outsider" else Forbidden
            with pytest.raises(refusal):
                ask_export(acting(place.people[who]), place.space_id)


def test_an_archive_is_made_by_the_worker_for_who_asked(app, place, talk):
    owner, organiser = place.people["owner"], place.people["organiser"]
    with app.app_context():
        key = ask_export(acting(owner), place.space_id).id
    run_everything(app)
    with app.app_context():
        row = db.session.get_one(TalkExport, key)
        assert (row.state, row.threads) == (ExportState.DONE, 5)
        with pytest.raises(NotFound):
            find_talk_export(acting(organiser), key)
        with pytest.raises(NotFound):
            remove_export(acting(organiser), key)
        make_export(acting(owner), str(key))  # jobs come twice, and do not mind
        remove_export(acting(owner), key)
        assert db.session.get(TalkExport, key) is None
        for _turn in range(3):
            ask_export(acting(owner), place.space_id)
        with pytest.raises(Conflict):
            ask_export(acting(owner), place.space_id)


def rebuilt(data, change=None, **files):
    """Return an archive with some files changed, its manifest right again."""
    there = contents(data) | {name.replace("__", "."): text for name, text in files.items()}
    manifest = json.loads(there.pop("manifest.json"))
    manifest["files"] = [
        {"path": name, "size": len(text), "sha256": hashlib.sha256(text).hexdigest()}
        for name, text in sorted(there.items())
    ]
    if change:
        change(manifest)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        for name, text in {**there, "manifest.json": json.dumps(manifest).encode()}.items():
            out.writestr(name, text)
    return made.getvalue()


def added(data, name, text=b"x", mode=0):
    made = io.BytesIO(data)
    with zipfile.ZipFile(made, "a") as out, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a name stands there twice
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        out.writestr(info, text)
    return made.getvalue()


def lines_with(data, name, number, /, **changes):
    lines = [json.loads(line) for line in contents(data)[name].splitlines()]
    lines[number].update(changes)
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def wrong(**says):
    return lambda manifest: manifest["files"][0].update(**says)


BROKEN = {
    "a way out": ("names", lambda d: added(d, "../../evil")),
    "an absolute path": ("names", lambda d: added(d, "/etc/passwd")),
    "a link": ("names", lambda d: added(d, f"files/{'a' * 64}.txt", b"/etc", stat.S_IFLNK | 0o777)),
    "twice": ("names", lambda d: added(d, "people.jsonl")),
    "unlisted": ("content", lambda d: added(d, f"files/{'a' * 64}.txt")),
    "another version": ("version", lambda d: rebuilt(d, lambda m: m.update(version=VERSION + 1))),
    "another format": ("no_archive", lambda d: rebuilt(d, lambda m: m.update(format="zip"))),
    "a wrong checksum": (
        "checksum",
        lambda d: rebuilt(d, wrong(sha256="0" * 64)),
    ),
    "a wrong size": ("checksum", lambda d: rebuilt(d, wrong(size=10**6))),
    "no list": ("content", lambda d: rebuilt(d, lambda m: m.update(files=None))),
    "no JSON": ("content", lambda d: rebuilt(d, posts__jsonl=b"{no\n")),
    "deep JSON": ("content", lambda d: rebuilt(d, posts__jsonl=b"[" * 100_000 + b"\n")),
    "a long line": ("large", lambda d: rebuilt(d, posts__jsonl=b'"' + b"x" * 500_000 + b'"\n')),
    "an unknown field": (
        "content",
        lambda d: rebuilt(d, posts__jsonl=lines_with(d, "posts.jsonl", 0, admin=True)),
    ),
    "nobody's post": (
        "content",
        lambda d: rebuilt(d, posts__jsonl=lines_with(d, "posts.jsonl", 0, author=999)),
    ),
    "a gap": (
        "content",
        lambda d: rebuilt(d, posts__jsonl=lines_with(d, "posts.jsonl", 1, post=9)),
    ),
    "words that were removed": (
        "content",
        lambda d: rebuilt(d, posts__jsonl=lines_with(d, "posts.jsonl", 3, body="A slip.")),
    ),
    "a missing answer": (
        "content",
        lambda d: rebuilt(d, threads__jsonl=lines_with(d, "threads.jsonl", 0, answer=99)),
    ),
}


def of_post(**changes):
    return lambda d: rebuilt(d, posts__jsonl=lines_with(d, "posts.jsonl", 0, **changes))


def of_thread(**changes):
    return lambda d: rebuilt(d, threads__jsonl=lines_with(d, "threads.jsonl", 0, **changes))


def of_file(**changes):
    def spoil(data):
        number = next(at for at, line in enumerate(posts_in(data)) if line["files"])
        files = [posts_in(data)[number]["files"][0] | changes]
        return rebuilt(data, posts__jsonl=lines_with(data, "posts.jsonl", number, files=files))

    return spoil


def of_person(**changes):
    return lambda d: rebuilt(d, people__jsonl=lines_with(d, "people.jsonl", 0, **changes))


SPOILT_LINES = {
    "before all calendars": of_post(created_at="0001-01-01T00:00:00+14:00"),
    "after all calendars": of_post(created_at="9999-12-31T23:00:00-14:00"),
    "the year 2999": of_post(edited_at="2999-01-01T00:00:00+00:00"),
    "a pin before 1980": of_thread(pinned_at="1979-12-31T00:00:00+00:00"),
    "nothing in a body": of_post(body="a\0b"),
    "nothing in a title": of_thread(title="a\0b"),
    "two lines of a title": of_thread(title="a\r\nb\u202e"),
    "nothing in a name": of_person(name="a\0b"),
    "nothing in a tag": of_thread(tags=["a\0b"]),
    "two tags": of_thread(tags=["a,b"]),
    "no tag": of_thread(tags=["# "]),
    "a file turned about": of_file(name="a\u202egnp.exe.png"),
    "a very wide picture": of_file(width=2**40),
    "reactions of no number": of_post(reactions={"heart": ["1"]}),
    "reactions without end": of_post(reactions={"heart": [1] * 5_001}),
    "reactions of no kind": of_post(reactions={"hate": [1]}),
    "reactions of truth": of_post(reactions={"heart": [True]}),
}
BROKEN |= {name: ("content", spoil) for name, spoil in SPOILT_LINES.items()}
OF_LINES = BROKEN.keys() - {
    *("a way out", "an absolute path", "a link", "twice", "unlisted", "another version"),
    *("another format", "a wrong checksum", "a wrong size", "no list"),
}


def test_more_reactions_than_one_archive_may_hold_are_refused(app, place, talk, monkeypatch):
    data, _counts = archive_of(app, place.people["owner"], place.space_id)
    monkeypatch.setattr("community.transfers.formats.talk.MOST_REACTIONS", 2)
    with pytest.raises(ArchiveRefused, match="large"):
        check(Reader(io.BytesIO(data)))


def test_nobody_who_serves_people_reads_the_lines_of_an_archive(app, place, talk, monkeypatch):
    data, _counts = archive_of(app, place.people["owner"], place.space_id)
    read = []
    real = Reader.lines
    monkeypatch.setattr(Reader, "lines", lambda self, name: read.append(name) or real(self, name))
    begin(app, place.space_id, place.people["owner"], data, name="talk.zip")
    assert read == []


def test_names_and_tags_stand_as_names_and_tags_do(app, place, talk):
    owner = place.people["owner"]
    data, _counts = archive_of(app, owner, place.space_id)
    spoilt = of_thread(tags=["#Tides", "tides"])(of_person(name="A\u202eda  Lind")(data))
    elsewhere = make_space(app, "Elsewhere")
    join(app, elsewhere, owner, Role.OWNER)
    bring(app, elsewhere, owner, spoilt, name="talk.zip")
    again = contents(archive_of(app, owner, elsewhere)[0])
    assert "A da Lind" in again["people.jsonl"].decode()
    assert json.loads(again["threads.jsonl"].splitlines()[0])["tags"] == ["tides"]


def test_what_is_no_archive_is_refused_and_nothing_changed(app, place, talk):
    owner = place.people["owner"]
    data, _counts = archive_of(app, owner, place.space_id)
    assert check(Reader(io.BytesIO(rebuilt(data))))["threads"] == 5
    for name, (why, spoil) in BROKEN.items():
        with pytest.raises(ArchiveRefused) as refused:
            check(Reader(io.BytesIO(spoil(data))))
        assert refused.value.why == why, name
        if name in OF_LINES:  # these are the worker's to find
            key = bring(app, place.space_id, owner, spoil(data), name="talk.zip")
            with app.app_context():
                row = db.session.get_one(MailImport, key)
                assert (row.state, row.report) == ("failed", {"failed": why}), name
            continue
        with pytest.raises(Invalid):
            begin(app, place.space_id, owner, spoil(data), name="talk.zip")
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(MailImport.id))) == len(OF_LINES)
        assert db.session.scalar(sa.select(sa.func.count(MailMessage.id))) == 0
        assert db.session.scalar(sa.select(sa.func.count(Thread.id))) == 5


def test_a_bomb_is_refused_before_it_goes_off(app, place, talk):
    data, _counts = archive_of(app, place.people["owner"], place.space_id)
    bomb = added(data, f"files/{'b' * 64}.txt")
    made = io.BytesIO(bomb)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as out:
        out.writestr(f"files/{'c' * 64}.txt", b"\0" * 300_000_000)
    assert len(made.getvalue()) < 2_000_000
    with pytest.raises(ArchiveRefused, match="large"):
        Reader(made)


def test_a_file_that_is_not_what_it_says_is_left_out(app, place, talk):
    owner = place.people["owner"]
    data, _counts = archive_of(app, owner, place.space_id)
    evil = b"<html><script>alert(1)</script>"
    digest = hashlib.sha256(evil).hexdigest()
    path = f"files/{digest}.png"
    number = next(at for at, line in enumerate(posts_in(data)) if line["files"])
    file = {"name": "evil.png", "path": path, "width": 4, "height": 4}
    posts = lines_with(data, "posts.jsonl", number, files=[file])
    spoilt = rebuilt(data, posts__jsonl=posts, **{path.replace(".", "__"): evil})
    elsewhere = make_space(app, "Elsewhere")
    join(app, elsewhere, owner, Role.OWNER)
    key = bring(app, elsewhere, owner, spoilt, name="talk.zip")
    with app.app_context():
        row = db.session.get_one(MailImport, key)
        assert (row.state, row.report["files"]) == ("done", {"files": 1})
    assert not any(line["files"] for line in posts_in(archive_of(app, owner, elsewhere)[0]))


def test_the_pages_offer_it_and_send_it_to_its_owner_alone(app, place, talk, browse):
    owner, other = browse(place.people["owner"]), browse(place.people["organiser"])
    assert owner.post("/spaces/tide-school/archives/exports").status_code == 303
    assert "Being written" in owner.get("/spaces/tide-school/archives").text
    with app.app_context():
        key = db.session.scalars(sa.select(TalkExport.id)).one()
    assert owner.get(f"/talk-exports/{key}.zip").status_code == 404
    run_everything(app)
    assert "Load the archive" in owner.get("/spaces/tide-school/archives").text
    answer = owner.get(f"/talk-exports/{key}.zip")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert check(Reader(io.BytesIO(answer.data)))["threads"] == 5
    assert other.get(f"/talk-exports/{key}.zip").status_code == 404
    assert other.post(f"/talk-exports/{key}/remove").status_code == 404
    assert owner.post(f"/talk-exports/{key}/remove").status_code == 303
    assert owner.get(f"/talk-exports/{key}.zip").status_code == 404


def test_a_zip_of_very_many_entries_is_refused_before_their_names_are_read(
    app, place, talk, monkeypatch
):
    data, _counts = archive_of(app, place.people["owner"], place.space_id)
    opened = []
    real = zipfile.ZipFile
    monkeypatch.setattr(
        "community.transfers.formats.talk.zipfile.ZipFile",
        lambda *given: opened.append(given) or real(*given),
    )
    assert check(Reader(io.BytesIO(data)))["threads"] == 5
    assert len(opened) == 1
    many = {"MOST_ENTRIES": len(contents(data)) - 1, "MOST_LISTED": 200}
    opened.clear()
    for name, most in many.items():
        with monkeypatch.context() as patch:
            patch.setattr(f"community.transfers.formats.talk.{name}", most)
            with pytest.raises(ArchiveRefused, match="large"):
                Reader(io.BytesIO(data))
    assert opened == []


def test_a_zip_that_ends_oddly_is_read_or_refused_as_python_does(app, place, talk):
    data, _counts = archive_of(app, place.people["owner"], place.space_id)
    commented = bytearray(data)
    commented[-2:] = (5).to_bytes(2, "little")
    assert check(Reader(io.BytesIO(bytes(commented) + b"hello")))["threads"] == 5
    for odd in (b"PK\x03\x04", b"PK\x03\x04" + b"PK\x05\x06", data[:-10], b""):
        with pytest.raises(ArchiveRefused, match="no_archive"):
            Reader(io.BytesIO(odd))


def test_an_archive_is_opened_once_for_thousands_of_posts(app, place, talk, monkeypatch):
    owner = place.people["owner"]
    data, counts = archive_of(app, owner, place.space_id)
    monkeypatch.setattr("community.transfers.operations.talk.writing.BATCH", 2)
    monkeypatch.setattr("community.transfers.operations.writing.A_JOB", 2)
    times = []
    monkeypatch.setattr(
        "community.transfers.operations.talk.writing.opened",
        lambda digest: times.append(digest) or opened(digest),
    )
    elsewhere = make_space(app, "Elsewhere")
    join(app, elsewhere, owner, Role.OWNER)
    key = bring(app, elsewhere, owner, data, name="talk.zip")
    with app.app_context():
        assert db.session.get_one(MailImport, key).written == counts["posts"]
    assert len(times) == 1
