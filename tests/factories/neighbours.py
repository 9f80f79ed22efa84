"""Two networks beside each other: runs in every state, sessions in every state, every role.

Each thing of a side holds a word that is nowhere else ("heron-thread"), so that a test can look for
it in an answer, and say what leaked.
"""

import dataclasses
import datetime as dt
import io
import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from flask import Flask

from community.academy.models import CourseVersion
from community.academy.queries import outline
from community.accounts.models import Audience
from community.certificates.operations import want_name
from community.certificates.rules import grouped
from community.cohorts.models import RunState
from community.cohorts.operations import close_run, create_run, open_run
from community.cohorts.queries import enrolment_of
from community.discussions.models import Attachment, Tag
from community.discussions.operations import PollGiven, add_attachment, post_reply, remove_post
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.live.models import SessionState
from community.live.operations import post_message
from community.progress.operations import excuse_many, nudge, take_on
from community.progress.rules.states import Status
from community.spaces.models import Role, Space, SpaceKind
from community.spaces.operations import add_member, create_invitation, remove_member
from factories.academy import (
    make_version,
)
from factories.accounts import (
    PASSWORD_HASH,
    make_code_app,
    make_letters,
    make_passkey,
    make_picture,
    make_profile,
    make_sign_in,
    make_token,
    make_user,
)
from factories.certificates import code_of, make_certificate
from factories.discussions import make_drafts, make_thread
from factories.letters import make_device, stopped_letters
from factories.live import make_attendance, make_session
from factories.mail import make_feed_token, make_mail_import, make_talk_export
from factories.moderation import make_reports, make_waiting
from factories.neighbours_courses import KINDS, Draft, course_of, make_draft
from factories.neighbours_work import make_answers, make_hand_in, make_reflections
from factories.notices import notice_of
from factories.spaces import join, make_letter, make_space

DAY = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class RunOf:
    """A run and its space, by ids; ``enrolments`` are by the learner's name in ``Side.people``."""

    id: uuid.UUID
    space: uuid.UUID
    slug: str
    state: RunState
    enrolments: Mapping[str, uuid.UUID]


@dataclasses.dataclass(frozen=True, eq=False)
class Side:
    """A network with a course, a run of it in each state, and what happens in the open one."""

    word: str
    network: uuid.UUID
    network_slug: str
    course: uuid.UUID
    version: uuid.UUID
    draft: Draft
    """Of the course's next version."""
    modules: tuple[uuid.UUID, ...]
    activities: tuple[uuid.UUID, ...]
    """In order: one of each of ``KINDS`` of the open module, then of a locked one."""
    runs: Mapping[str, RunOf]
    archived: uuid.UUID
    archived_slug: str
    people: Mapping[str, uuid.UUID]
    threads: Mapping[str, uuid.UUID]
    tag: uuid.UUID
    mail_import: uuid.UUID
    talk_export: uuid.UUID
    feed_token: str
    """Of the open thread."""
    posts: Mapping[str, uuid.UUID]
    """The member's in the open thread: one that stands, one they took away.

    And the other member's that wait for approval: one "waiting" there, one "beginning" a thread.
    """
    attachments: Mapping[str, uuid.UUID]
    """The member's: of the post that stands, of the one they took away, and one in no post yet.

    And one of the other member's, "waiting": of the post that waits.
    """
    post_drafts: Mapping[str, uuid.UUID]
    """The owner's: a "reply", a "thread", an "edit", and one that was "discarded"."""
    sessions: Mapping[str, uuid.UUID]
    invitation: uuid.UUID
    secret: str
    batch: uuid.UUID
    letter: uuid.UUID
    """An invitation by letter that nobody has answered."""
    letter_secret: str
    token: uuid.UUID
    """An API token of the member."""
    stopped: uuid.UUID
    """A kind of letter that the member has stopped."""
    stop_letters: str
    """The secret of the link that stops another."""
    sign_in: uuid.UUID
    device: uuid.UUID
    """Of that sign-in."""
    """A sign-in of the member."""
    letters: Mapping[str, str]
    """Secrets of links in letters: of a newcomer, and of the owner."""
    passkey: uuid.UUID
    """A passkey of the member."""
    certificate: uuid.UUID
    """The member's, of the open run."""
    certificate_code: str
    notice: uuid.UUID
    """What tells the member of it, in their inbox."""
    submission: uuid.UUID
    """A version of the other member's, which waits."""
    attempt: uuid.UUID
    """At the quiz, of the other member's: it has an essay, which waits."""
    case: uuid.UUID
    """The member's post that stands was reported by the other member: it waits."""
    decided_case: uuid.UUID
    """An earlier one of the same post, reported by the observer."""
    decision: uuid.UUID
    """Of that one: the organiser warned the member, who asked for a second look."""
    measure: uuid.UUID
    """The organiser silenced the observer of the open run, who asked for a second look."""
    work_files: Mapping[str, uuid.UUID]
    """Files of hers: what is "handed_in", and a "draft"; and a draft of the member's, "mine"."""

    def activity(self, kind: str, module: int = 1) -> uuid.UUID:
        """Return the activity of a kind in a module: 1 is open, 2 is locked."""
        return self.activities[(module - 1) * len(KINDS) + KINDS.index(kind)]

    @property
    def run(self) -> RunOf:
        """The run that is open."""
        return self.runs["open"]


def make_side(app: Flask, word: str) -> Side:
    """Make one side; ``word`` tells its things from those of the other."""
    people = {
        name: make_user(app, f"{name.title()} {word.title()}", password_hash=PASSWORD_HASH)
        for name in ("owner", "organiser", "facilitator", "member", "other", "observer", "removed")
    }
    owner = people["owner"]
    make_profile(
        app,
        people["member"],
        organisation=f"{word}-office",
        pronouns=f"{word}-she",
        place=f"{word}-town",
        about=f"{word}-self",
        visible={"place": Audience.LEADS, "pronouns": Audience.SELF},
    )
    make_picture(app, people["member"])
    network = make_space(app, f"{word}-network", kind=SpaceKind.NETWORK, summary=f"{word}-sum")
    for name in ("owner", "organiser", "facilitator", "member", "observer"):
        join(app, network, people[name], Role(name))
    version = make_version(app, network, course_of(word))
    runs = {state: _make_run(app, word, version, people, state) for state in RunState}
    archived = _make_archived(app, word, people)
    opened = runs[RunState.OPEN].space
    threads = {
        "open": make_thread(
            app, opened, owner, title=f"{word}-thread", body=f"{word}-post", tags=[f"{word}-tag"]
        ),
        "network": make_thread(app, network, owner, title=f"{word}-talk-of-all"),
    }
    with app.app_context():
        lines = outline(version)
        course = db.session.get_one(CourseVersion, version).course_id
        slugs = {key: db.session.get_one(Space, key).slug for key in (network, archived)}
        invitation, secret = create_invitation(
            Context.begin(owner), opened, role=Role.MEMBER, days=7, max_uses=5
        )
        learner = runs[RunState.OPEN].enrolments["other"]
        take_on(Context.begin(owner), learner)
        batch, _number = excuse_many(
            Context.begin(owner),
            runs[RunState.OPEN].id,
            lines.activities[1].id,
            enrolment_ids=[learner],
            status=Status.WAIVED,
            reason="Knows it well.",
        )
        nudge(Context.begin(owner), learner, subject="How are you?", text=f"Dear one, {word}-nudge")
    make_answers(app, word, version, runs[RunState.OPEN].enrolments["other"])
    make_reflections(app, word, version, runs[RunState.OPEN].enrolments["other"])
    posts = {
        **_make_posts(app, word, threads["open"], people["member"]),
        **make_waiting(app, word, threads["open"], people["other"]),
    }
    letter, letter_secret = make_letter(app, opened, owner, email=f"{word}-letter@example.org")
    make_code_app(app, owner)
    with app.app_context():
        want_name(Context.begin(people["member"]), name=f"Member {word.title()}")
    certificate = make_certificate(app, runs[RunState.OPEN].enrolments["member"])
    sign_in = make_sign_in(app, people["member"])
    return Side(
        word=word,
        network=network,
        network_slug=slugs[network],
        course=course,
        version=version,
        draft=make_draft(app, word, course, owner),
        modules=tuple(module.id for module in lines.modules),
        activities=tuple(line.id for line in lines.activities),
        runs=runs,
        archived=archived,
        archived_slug=slugs[archived],
        people=people,
        threads=threads,
        tag=_tag_of(app, opened),
        feed_token=make_feed_token(app, people["member"]),
        talk_export=make_talk_export(app, opened, owner),
        mail_import=make_mail_import(app, opened, owner, name=f"{word}-letters.mbox"),
        posts=posts,
        attachments={
            **_make_attachments(app, word, opened, people["member"], posts),
            **_attach(app, word, opened, people["other"], posts, "waiting"),
        },
        post_drafts=make_drafts(app, word, opened, threads, owner),
        sessions=_make_sessions(app, word, opened, people),
        invitation=invitation.id,
        secret=secret,
        batch=batch,
        letter=letter,
        letter_secret=letter_secret,
        token=make_token(app, people["member"], label=f"{word}-token")[0],
        **stopped_letters(app, people["member"], word),
        sign_in=sign_in,
        device=make_device(app, people["member"], sign_in, word),
        letters=make_letters(app, people["owner"], word),
        passkey=make_passkey(app, people["member"], label=f"{word}-passkey"),
        certificate=certificate,
        notice=notice_of(app, people["member"], certificate),
        certificate_code=grouped(code_of(app, certificate)),
        **make_reports(app, word, posts["standing"], people),
        **make_hand_in(app, word, version, runs[RunState.OPEN].enrolments, owner),
    )


def _tag_of(app: Flask, space_id: uuid.UUID) -> uuid.UUID:
    with app.app_context():
        return db.session.scalars(sa.select(Tag.id).where(Tag.space_id == space_id)).one()


def _make_run(
    app: Flask, word: str, version: uuid.UUID, people: Mapping[str, uuid.UUID], state: RunState
) -> RunOf:
    owner = people["owner"]
    with app.app_context():
        run = create_run(
            Context.begin(owner),
            version_id=version,
            name=f"{word}-{state}-cohort",
            starts_on=dt.datetime.now(dt.UTC).date() - 8 * DAY,
            weeks=10,
            zone="UTC",
            capacity=30,
        )
        if state is not RunState.PLANNED:
            open_run(Context.begin(owner), run.id)
        for name, user_id in people.items():
            if name != "owner":
                role = Role(name) if name in set(Role) else Role.MEMBER
                add_member(Context.begin(owner), run.space_id, user_id, role=role)
        remove_member(Context.begin(owner), run.space_id, people["removed"])
        if state is RunState.CLOSED:
            close_run(Context.begin(owner), run.id)
        return RunOf(
            id=run.id,
            space=run.space_id,
            slug=db.session.get_one(Space, run.space_id).slug,
            state=state,
            enrolments={
                name: enrolment.id
                for name, user_id in people.items()
                if (enrolment := enrolment_of(run.id, user_id)) is not None
            },
        )


def _make_posts(
    app: Flask, word: str, thread_id: uuid.UUID, member: uuid.UUID
) -> Mapping[str, uuid.UUID]:
    """Write two replies with polls, and take the second away."""
    poll = PollGiven(question=f"{word}-question", options=[f"{word}-yes", "No"], named=True)
    with app.app_context():
        ctx = Context.begin(member)
        standing = post_reply(ctx, thread_id, body=f"{word}-reply", poll=poll)
        removed = post_reply(ctx, thread_id, body=f"{word}-withdrawn", poll=poll)
        remove_post(ctx, removed.id)
        return {"standing": standing.id, "removed": removed.id}


def _make_attachments(
    app: Flask,
    word: str,
    space_id: uuid.UUID,
    member: uuid.UUID,
    posts: Mapping[str, uuid.UUID],
) -> Mapping[str, uuid.UUID]:
    """Attach a file to each of the member's posts, and send one that stands in none."""
    return _attach(app, word, space_id, member, posts, "standing", "removed", "loose")


def _attach(
    app: Flask,
    word: str,
    space_id: uuid.UUID,
    author: uuid.UUID,
    posts: Mapping[str, uuid.UUID],
    *names: str,
) -> Mapping[str, uuid.UUID]:
    """Send files, and attach them to the posts of their names, where there are such."""
    ctx, made = Context.begin(author), {}
    for name in names:
        with app.app_context():
            data = io.BytesIO(f"{word}-in-{name}".encode())
            file = add_attachment(ctx, space_id, name=f"{word}-{name}-file.txt", source=data)
            made[name] = file.id
        if name in posts:
            with app.app_context(), unit_of_work(ctx):
                carried = db.session.get_one(Attachment, made[name])
                carried.post_id, carried.loose_since = posts[name], None
    return made


def _make_archived(app: Flask, word: str, people: Mapping[str, uuid.UUID]) -> uuid.UUID:
    """Make a space with a thread that was archived afterwards."""
    space = make_space(app, f"{word}-archive")
    for name, user_id in people.items():
        role = Role(name) if name in set(Role) else Role.MEMBER
        join(app, space, user_id, role, ended=name == "removed")
    make_thread(app, space, people["owner"], title=f"{word}-old-thread")
    ctx = Context.begin(None)
    with app.app_context(), unit_of_work(ctx):
        db.session.get_one(Space, space).archived_at = ctx.now
    return space


def _make_sessions(
    app: Flask, word: str, space: uuid.UUID, people: Mapping[str, uuid.UUID]
) -> dict[str, uuid.UUID]:
    """Make a session in each state; something was said in the one that is live."""
    now = dt.datetime.now(dt.UTC)
    owner = people["owner"]
    link = {"video_url": f"https://video.example.org/{word}-link"}
    made = {
        "scheduled": make_session(
            app, space, owner, title=f"{word}-coming", starts_at=now + DAY, **link
        ),
        "live": make_session(
            app, space, owner, title=f"{word}-live", state=SessionState.LIVE, **link
        ),
        "ended": make_session(
            app,
            space,
            owner,
            title=f"{word}-ended",
            state=SessionState.ENDED,
            starts_at=now - DAY,
            ended_at=now - DAY + dt.timedelta(hours=1),
        ),
        "called_off": make_session(
            app,
            space,
            owner,
            title=f"{word}-off",
            state=SessionState.ENDED,
            starts_at=now + DAY,
            started_at=None,
            called_off_at=now,
            called_off_reason=f"{word}-storm",
        ),
    }
    with app.app_context():
        post_message(Context.begin(people["member"]), made["live"], body=f"{word}-said")
    for name in ("member", "other"):
        make_attendance(app, made["ended"], people[name])
    return made


@dataclasses.dataclass(frozen=True)
class Neighbours:
    """Two sides that must not see each other, and people who belong to none of them."""

    here: Side
    there: Side
    outsider: uuid.UUID
    admin: uuid.UUID

    @property
    def roles(self) -> Mapping[str, uuid.UUID | None]:
        """Who looks at ``here``; ``neighbour`` owns everything ``there``."""
        own = {name: key for name, key in self.here.people.items() if name != "other"}
        return {
            **own,
            "neighbour": self.there.people["owner"],
            "outsider": self.outsider,
            "admin": self.admin,
            "anonymous": None,
        }


def make_neighbours(app: Flask) -> Neighbours:
    """Make both sides."""
    return Neighbours(
        here=make_side(app, "heron"),
        there=make_side(app, "plover"),
        outsider=make_user(app, "Ulla Outsider"),
        admin=make_user(app, "Adam Admin", admin=True),
    )
