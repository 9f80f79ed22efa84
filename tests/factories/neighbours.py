"""Two networks beside each other: runs in every state, sessions in every state, every role.

Each thing of a side holds a word that is nowhere else ("heron-thread"), so that a test can look for
it in an answer, and say what leaked.
"""

import dataclasses
import datetime as dt
import io
import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import Flask

from community.academy.formats.source import AssetSource, CourseSource, ModuleSource
from community.academy.kinds.builtin import QUIZ
from community.academy.kinds.quiz.sheets import make_sheet
from community.academy.kinds.reflection.kind import Readers
from community.academy.models import CourseVersion
from community.academy.operations import (
    add_activity,
    add_file,
    add_module,
    add_picture,
    begin_draft,
    edit_activity,
)
from community.academy.queries import outline
from community.accounts.models import Audience
from community.certificates.operations import want_name
from community.certificates.rules import grouped
from community.cohorts.models import RunState
from community.cohorts.operations import close_run, create_run, open_run
from community.cohorts.queries import enrolment_of
from community.coursework.models import (
    AssignmentWork,
    Extension,
    QuizAttempt,
    Reflection,
    Stage,
    Submission,
    SurveyAnswer,
    WorkFile,
)
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.files.models import StoredFile
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.live.models import SessionState
from community.live.operations import post_message
from community.progress.operations import excuse_many, nudge, take_on
from community.progress.rules.states import Status
from community.spaces.models import Role, Space, SpaceKind
from community.spaces.operations import add_member, create_invitation, remove_member
from factories.academy import (
    PICTURE,
    assignment_source,
    checklist_source,
    discussion_source,
    film_source,
    link_source,
    make_version,
    module_source,
    page_source,
    quiz_source,
    reflection_source,
    session_source,
    survey_source,
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
from factories.discussions import make_thread
from factories.files import MP4, file_source
from factories.letters import stopped_letters
from factories.live import make_attendance, make_session
from factories.spaces import join, make_letter, make_space

DAY = dt.timedelta(days=1)
KINDS = (
    "page",
    "quiz",
    "discussion",
    "live_session",
    "checklist",
    "file",
    "film",
    "reflection",
    "survey",
    "assignment",
)
"""The activities of each module, in order."""


@dataclasses.dataclass(frozen=True)
class RunOf:
    """A run and its space, by ids; ``enrolments`` are by the learner's name in ``Side.people``."""

    id: uuid.UUID
    space: uuid.UUID
    slug: str
    state: RunState
    enrolments: Mapping[str, uuid.UUID]


@dataclasses.dataclass(frozen=True)
class Draft:
    """A draft by its id, with a module, an activity, a picture and a file that were added."""

    id: uuid.UUID
    module: uuid.UUID
    activity: uuid.UUID
    picture: uuid.UUID
    file: uuid.UUID


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
    """A sign-in of the member."""
    letters: Mapping[str, str]
    """Secrets of links in letters: of a newcomer, and of the owner."""
    passkey: uuid.UUID
    """A passkey of the member."""
    certificate: uuid.UUID
    """The member's, of the open run."""
    certificate_code: str
    submission: uuid.UUID
    """A version of the other member's, which waits."""
    attempt: uuid.UUID
    """At the quiz, of the other member's: it has an essay, which waits."""
    work_files: Mapping[str, uuid.UUID]
    """Files of hers: what is "handed_in", and a "draft"; and a draft of the member's, "mine"."""

    def activity(self, kind: str, module: int = 1) -> uuid.UUID:
        """Return the activity of a kind in a module: 1 is open, 2 is locked."""
        return self.activities[(module - 1) * len(KINDS) + KINDS.index(kind)]

    @property
    def run(self) -> RunOf:
        """The run that is open."""
        return self.runs["open"]


def course_of(word: str) -> CourseSource:
    """Return a course of an open module, one that is locked, and one that opens later."""

    def module(number: int) -> ModuleSource:
        place = f"{word}-{number}"
        picture = f"![Waves](assets/{place}.svg)"
        film = {**film_source().settings, "file": f"files/{place}.mp4", "captions": None}
        film["captions_in"] = None
        notes = {"file": f"files/{place}.txt", "link": None}
        return module_source(
            number,
            title=f"{place}-module",
            body=f"{place}-intro",
            activities=(
                page_source(title=f"{place}-page", body=f"{place}-page-text {picture}"),
                quiz_source(title=f"{place}-quiz", body=f"{place}-quiz-text"),
                discussion_source(title=f"{place}-talk", body=f"{place}-talk-text"),
                session_source(title=f"{place}-meeting", body=f"{place}-meeting-text"),
                checklist_source(title=f"{place}-list", body=f"{place}-list-text"),
                link_source(title=f"{place}-notes", body=f"{place}-notes-text", settings=notes),
                film_source(title=f"{place}-talk-film", body=f"{place}-film-text", settings=film),
                reflection_source(title=f"{place}-thoughts", body=f"{place}-thoughts-text"),
                survey_source(title=f"{place}-survey", body=f"{place}-survey-text"),
                assignment_source(title=f"{place}-work", body=f"{place}-work-text"),
            ),
        )

    names = [f"{word}-{name}" for name in ("1", "2", "3", "about", "unused")]
    return CourseSource(
        title=f"{word}-course",
        summary=f"{word}-summary",
        body=f"{word}-about ![Waves](assets/{word}-about.svg) [N](files/{word}-about.txt)",
        modules=(
            module(1),
            module(2),
            module_source(
                3,
                title=f"{word}-3-module",
                body=f"{word}-3-intro ![Waves](assets/{word}-3.svg) [N](files/{word}-3.txt)",
                opens_later=True,
                activities=(),
            ),
        ),
        assets=tuple(AssetSource(f"assets/{n}.svg", "image/svg+xml", PICTURE) for n in names),
        files=(
            *(file_source(f"files/{name}.txt", f"of {name}\n".encode()) for name in names),
            *(file_source(f"files/{word}-{number}.mp4", MP4) for number in (1, 2)),
        ),
    )


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
        "open": make_thread(app, opened, owner, title=f"{word}-thread", body=f"{word}-post"),
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
    _make_answers(app, word, version, runs[RunState.OPEN].enrolments["other"])
    _make_reflections(app, word, version, runs[RunState.OPEN].enrolments["other"])
    letter, letter_secret = make_letter(app, opened, owner, email=f"{word}-letter@example.org")
    make_code_app(app, owner)
    with app.app_context():
        want_name(Context.begin(people["member"]), name=f"Member {word.title()}")
    certificate = make_certificate(app, runs[RunState.OPEN].enrolments["member"])
    return Side(
        word=word,
        network=network,
        network_slug=slugs[network],
        course=course,
        version=version,
        draft=_make_draft(app, word, course, owner),
        modules=tuple(module.id for module in lines.modules),
        activities=tuple(line.id for line in lines.activities),
        runs=runs,
        archived=archived,
        archived_slug=slugs[archived],
        people=people,
        threads=threads,
        sessions=_make_sessions(app, word, opened, people),
        invitation=invitation.id,
        secret=secret,
        batch=batch,
        letter=letter,
        letter_secret=letter_secret,
        token=make_token(app, people["member"], label=f"{word}-token")[0],
        **stopped_letters(app, people["member"]),
        sign_in=make_sign_in(app, people["member"]),
        letters=make_letters(app, people["owner"], word),
        passkey=make_passkey(app, people["member"], label=f"{word}-passkey"),
        certificate=certificate,
        certificate_code=grouped(code_of(app, certificate)),
        **_make_hand_in(app, word, version, runs[RunState.OPEN].enrolments, owner),
    )


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


def _make_draft(app: Flask, word: str, course: uuid.UUID, owner: uuid.UUID) -> Draft:
    """Begin a draft with something new in it."""
    ctx = Context.begin(owner)
    with app.app_context():
        draft = begin_draft(ctx, course)
        module = add_module(ctx, draft.id, title=f"{word}-draft-module")
        page = add_activity(ctx, module.id, kind="page", title=f"{word}-draft-page")
        edit_activity(
            ctx,
            page.id,
            title=page.title,
            minutes=5,
            required=True,
            phase=None,
            front={},
            body=f"{word}-draft-text",
            revision=1,
        )
        picture = add_picture(ctx, draft.id, name=f"{word}-drop.svg", data=PICTURE + b"\n")
        notes = io.BytesIO(f"of {word}\n".encode())
        file = add_file(ctx, draft.id, name=f"{word}-drop.txt", source=notes)
        return Draft(draft.id, module.id, page.id, picture.id, file.id)


def _make_reflections(app: Flask, word: str, version: uuid.UUID, learner: uuid.UUID) -> None:
    """Let the other member have written for the cohort, for who facilitates, and for themself."""
    ctx = Context.begin(None)
    with app.app_context(), unit_of_work(ctx):
        lines = outline(version).activities
        of_cohort = next(line for line in lines if line.kind == "reflection")
        for readers, line in zip(Readers, (lines[0], lines[1], of_cohort), strict=True):
            text = f"{word}-thought-{readers}"
            db.session.add(
                Reflection(
                    enrolment_id=learner,
                    activity_id=line.id,
                    draft=text,
                    revision=1,
                    saved_at=ctx.now,
                    text=text,
                    html=f"<p>{text}</p>",
                    readers=readers,
                    handed_in_at=ctx.now,
                )
            )


def _make_answers(app: Flask, word: str, version: uuid.UUID, learner: uuid.UUID) -> None:
    """Let the other member have answered the survey, by name."""
    ctx = Context.begin(None)
    with app.app_context(), unit_of_work(ctx):
        survey = next(line for line in outline(version).activities if line.kind == "survey")
        answers = {"q1": ["q1o1"], "q4": [f"{word}-opinion"]}
        db.session.add(
            SurveyAnswer(
                enrolment_id=learner, activity_id=survey.id, answers=answers, answered_at=ctx.now
            )
        )


def _make_hand_in(
    app: Flask,
    word: str,
    version: uuid.UUID,
    enrolments: Mapping[str, uuid.UUID],
    owner: uuid.UUID,
) -> dict[str, Any]:
    """Let the other member have handed in a text with a file, and have more time; and a draft."""
    ctx = Context.begin(None)
    with app.app_context(), unit_of_work(ctx):
        line = next(line for line in outline(version).activities if line.kind == "assignment")
        common = {"enrolment_id": enrolments["other"], "activity_id": line.id}
        work = AssignmentWork(
            id=new_key(),
            **common,
            stage=Stage.HANDED_IN,
            draft=f"{word}-work-draft",
            revision=2,
            saved_at=ctx.now,
            versions=1,
            waiting_since=ctx.now,
        )
        begun = AssignmentWork(
            id=new_key(),
            enrolment_id=enrolments["member"],
            activity_id=line.id,
            stage=Stage.OPEN,
            draft="",
            revision=0,
            saved_at=ctx.now,
            versions=0,
        )
        db.session.add_all([work, begun])
        db.session.flush()
        made = Submission(
            id=new_key(),
            work_id=work.id,
            number=1,
            client_id="handed-in-1",
            text=f"{word}-hand-in",
            html=f"<p>{word}-hand-in</p>",
            handed_in_at=ctx.now,
            late=False,
            edition=0,
            rubric=line.settings["rubric"],
            levels={},
            comment="",
            comment_html="",
        )
        db.session.add(made)
        db.session.flush()
        stored = db.session.scalars(sa.select(StoredFile).order_by(StoredFile.id).limit(1)).one()
        files = {
            name: WorkFile(
                id=new_key(),
                work_id=whose.id,
                submission_id=of,
                name=f"{word}-{name}.txt",
                stored_id=stored.id,
                added_at=ctx.now,
            )
            for name, whose, of in (
                ("handed_in", work, made.id),
                ("draft", work, None),
                ("mine", begun, None),
            )
        }
        db.session.add_all(files.values())
        db.session.add(
            Extension(
                **common,
                until=ctx.now + DAY,
                reason=f"{word}-more-time",
                given_by=owner,
                given_at=ctx.now,
            )
        )
        quiz = next(line for line in outline(version).activities if line.kind == "quiz")
        attempt = QuizAttempt(
            id=new_key(),
            enrolment_id=enrolments["other"],
            activity_id=quiz.id,
            number=1,
            client_id="attempt-1",
            sheet=make_sheet(QUIZ.read({}, "## Why?\n\n- (_)", 1).settings, seed=0),
            answers={"q1": [f"{word}-essay"]},
            submitted_at=ctx.now,
        )
        db.session.add(attempt)
        keys = {name: file.id for name, file in files.items()}
        return {"submission": made.id, "attempt": attempt.id, "work_files": keys}


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
