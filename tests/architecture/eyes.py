"""What somebody sees, by the rules alone: what the surfaces are compared with."""

import dataclasses
import functools
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from factories.neighbours import Neighbours, Side
from flask import Flask

from community.academy.models import Activity, Module
from community.academy.policy import (
    visible_courses,
    visible_draft_activities,
    visible_draft_assets,
    visible_draft_files,
    visible_draft_modules,
    visible_drafts,
    visible_versions,
)
from community.accounts.policy import visible_passkeys, visible_sign_ins, visible_tokens
from community.certificates.policy import visible_certificates
from community.cohorts.models import Run, RunState
from community.cohorts.policy import visible_enrolments, visible_runs
from community.correspondence.policy import visible_devices
from community.coursework.policy import (
    visible_attempts,
    visible_extensions,
    visible_submissions,
    visible_work_files,
)
from community.discussions.policy import (
    visible_attachments,
    visible_discarded_drafts,
    visible_post_drafts,
    visible_posts,
    visible_removed_posts,
    visible_tags,
    visible_threads,
    visible_waiting_posts,
)
from community.kernel.context import Context
from community.kernel.db import db
from community.live.policy import visible_messages, visible_sessions
from community.moderation.policy import visible_cases, visible_decisions, visible_measures
from community.progress.policy import (
    may_read_activity,
    visible_files,
    visible_pictures,
    visible_records,
)
from community.spaces.policy import (
    facilitates,
    visible_invitations,
    visible_memberships,
    visible_spaces,
)
from community.transfers.policy import visible_mail_imports, visible_talk_exports

Ids = frozenset[uuid.UUID]


def ids(statement: sa.Select[Any]) -> Ids:
    return frozenset(row.id for row in db.session.scalars(statement))


@dataclasses.dataclass(frozen=True)
class Eyes:
    """The ids of all that somebody sees; made once for a role, by ``look``."""

    app: Flask
    name: str
    user_id: uuid.UUID | None
    spaces: Ids
    people: Ids
    led: Ids
    """Of the people, those in a space they lead."""
    invitations: Ids
    places: Ids
    """Enrolments, whatever their state."""
    learners: Ids
    """Whose they are: those who organise a run know who left it."""
    tokens: Ids
    sign_ins: Ids
    devices: Ids
    passkeys: Ids
    certificates: Ids
    threads: Ids
    posts: Ids
    """Those that stand."""
    waiting_posts: Ids
    """Those that wait for approval."""
    tags: Ids
    mail_imports: Ids
    talk_exports: Ids
    removed_posts: Ids
    """What they may put back."""
    attachments: Ids
    post_drafts: Ids
    discarded_drafts: Ids
    sessions: Ids
    messages: Ids
    runs: Ids
    versions: Ids
    courses: Ids
    drafts: Ids
    draft_parts: Ids
    """Modules, activities, pictures and files of drafts."""
    records: Ids
    cases: Ids
    decisions: Ids
    measures: Ids
    """About people whom they look after."""
    submissions: Ids
    """What was handed in."""
    attempts: Ids
    """At quizzes."""
    work_files: Ids
    extensions: Ids
    """Whose more time is: enrolments."""
    activities: Mapping[uuid.UUID, Ids]
    """By the run in which they are open."""
    pictures: Mapping[uuid.UUID, frozenset[str]]
    """Paths of pictures and files, by the version."""

    def may(self, rule: Callable[..., bool], model: Any, key: uuid.UUID) -> bool:
        """Ask a rule about a row."""
        with self.app.app_context():
            return rule(self.context(), db.session.get_one(model, key))

    def within(self, visible: Callable[[Context], sa.Select[Any]], space_id: uuid.UUID) -> Ids:
        """Return the ids of what they see of a space, by a rule; of members, who they are."""
        with self.app.app_context():
            rows = db.session.scalars(visible(self.context()))
            return frozenset(
                getattr(row, "user_id", row.id) for row in rows if row.space_id == space_id
            )

    def context(self) -> Context:
        return Context.begin(self.user_id, admin=self.name == "admin")

    def opens(self, module_id: uuid.UUID) -> bool:
        """Whether the texts of a module are open to them in some run, or as its author."""
        with self.app.app_context():
            module = db.session.get_one(Module, module_id)
            found = db.session.scalars(
                sa.select(Run.id).where(Run.version_id == module.version_id)
            ).all()
            if module.version_id in self.versions:
                return True
            if module.opens_later:
                return not self.runs.isdisjoint(found)
            ctx = self.context()
            return any(
                may_read_activity(ctx, db.session.get_one(Run, run_id), key)
                for run_id in found
                if run_id in self.runs
                for key in ids(sa.select(Activity).where(Activity.module_id == module_id))
            )


def look(app: Flask, world: Neighbours, name: str) -> Eyes:
    """Ask every read rule what a role sees."""
    user_id = world.roles[name]
    with app.app_context():
        ctx = Context.begin(user_id, admin=name == "admin")
        runs = db.session.scalars(sa.select(Run)).all()
        seen = ids(visible_runs(ctx))
        return Eyes(
            app=app,
            name=name,
            user_id=user_id,
            spaces=ids(visible_spaces(ctx)),
            led=_led(ctx),
            people=frozenset(row.user_id for row in db.session.scalars(visible_memberships(ctx))),
            invitations=ids(visible_invitations(ctx)),
            places=ids(visible_enrolments(ctx)),
            learners=frozenset(row.user_id for row in db.session.scalars(visible_enrolments(ctx))),
            tokens=ids(visible_tokens(ctx)),
            sign_ins=ids(visible_sign_ins(ctx)),
            devices=ids(visible_devices(ctx)),
            passkeys=ids(visible_passkeys(ctx)),
            certificates=ids(visible_certificates(ctx)),
            threads=ids(visible_threads(ctx)),
            posts=ids(visible_posts(ctx)),
            waiting_posts=ids(visible_waiting_posts(ctx)),
            tags=ids(visible_tags(ctx)),
            mail_imports=ids(visible_mail_imports(ctx)),
            talk_exports=ids(visible_talk_exports(ctx)),
            removed_posts=ids(visible_removed_posts(ctx)),
            attachments=ids(visible_attachments(ctx)),
            post_drafts=ids(visible_post_drafts(ctx)),
            discarded_drafts=ids(visible_discarded_drafts(ctx)),
            sessions=ids(visible_sessions(ctx)),
            messages=ids(visible_messages(ctx)),
            runs=seen,
            versions=ids(visible_versions(ctx)),
            courses=ids(visible_courses(ctx)),
            drafts=ids(visible_drafts(ctx)),
            draft_parts=ids(visible_draft_modules(ctx))
            | ids(visible_draft_activities(ctx))
            | ids(visible_draft_assets(ctx))
            | ids(visible_draft_files(ctx)),
            records=ids(visible_records(ctx)),
            cases=ids(visible_cases(ctx)),
            decisions=ids(visible_decisions(ctx)),
            measures=ids(visible_measures(ctx)),
            submissions=ids(visible_submissions(ctx)),
            attempts=ids(visible_attempts(ctx)),
            work_files=ids(visible_work_files(ctx)),
            extensions=frozenset(
                row.enrolment_id for row in db.session.scalars(visible_extensions(ctx))
            ),
            activities={run.id: _open(ctx, run) if run.id in seen else frozenset() for run in runs},
            pictures={
                side.version: frozenset(
                    row.path
                    for rule in (visible_pictures, visible_files)
                    for row in db.session.scalars(rule(ctx, side.version))
                )
                for side in (world.here, world.there)
            },
        )


def _led(ctx: Context) -> Ids:
    rows = db.session.scalars(visible_memberships(ctx))
    return frozenset(row.user_id for row in rows if facilitates(ctx, row.space_id))


# ------------------------------------------------------------------ what could leak


Sees = Callable[[Eyes], bool]


@dataclasses.dataclass(frozen=True)
class Secret:
    """Something that stands in answers as ``text``, and who may find it there."""

    text: str
    sees: Sees


@functools.cache
def secrets_of(side: Side) -> tuple[Secret, ...]:
    """Return everything of a side that must not stand in an answer to those who do not see it."""
    hidden: Sees = lambda _eyes: False  # noqa: E731
    return (
        *_places(side),
        *_said(side),
        *_talk(side),
        *_course(side),
        *both(str(side.invitation), lambda eyes: side.invitation in eyes.invitations),
        *both(str(side.letter), lambda eyes: side.letter in eyes.invitations),
        *both(f"{side.word}-letter@example.org", lambda eyes: side.letter in eyes.invitations),
        *both(side.secret, hidden),
        *among("tokens", side.token, f"{side.word}-token"),
        *among("passkeys", side.passkey, f"{side.word}-passkey"),
        *among("certificates", side.certificate, side.certificate_code),
        *(
            secret
            for name, key in side.people.items()
            for secret in both(
                (f"{name.title()} {side.word.title()}", str(key)),
                lambda eyes, key=key: key in {*eyes.people, *eyes.learners, eyes.user_id},
            )
        ),
    )


def _said(side: Side) -> Iterator[Secret]:
    """What the member says about themselves: to everybody there, to who leads, to nobody."""
    member, word = side.people["member"], side.word
    yield from both(
        (f"{word}-office", f"{word}-self"), lambda eyes: member in {*eyes.people, eyes.user_id}
    )
    yield from both(f"{word}-posted", lambda eyes: member == eyes.user_id)
    yield from both(f"{word}-town", lambda eyes: member in {*eyes.led, eyes.user_id})
    yield from both(
        f"{word}-nudge",  # in the inbox of whom it is for, too
        lambda eyes: side.people["other"] in {*eyes.led, eyes.user_id},
    )
    yield from both(f"{word}-thought-cohort", lambda eyes: side.run.space in eyes.spaces)
    other = side.people["other"]
    yield from both(f"{word}-thought-mentor", lambda eyes: other in {*eyes.led, eyes.user_id})
    yield from both(f"{word}-opinion", lambda eyes: other in {*eyes.led, eyes.user_id})
    yield from among("submissions", side.submission, f"{word}-hand-in")
    yield from among("attempts", side.attempt, f"{word}-essay")
    for name, key in side.work_files.items():
        yield from among("work_files", key, f"{word}-{name}.txt")
    yield from both(
        f"{word}-more-time", lambda eyes: side.run.enrolments["other"] in eyes.extensions
    )
    yield from both(f"{word}-work-draft", lambda eyes: other == eyes.user_id)
    yield from both(f"{word}-thought-private", lambda eyes: other == eyes.user_id)
    yield from both(f"{word}-she", lambda eyes: member == eyes.user_id)


def both(texts: str | Iterable[str], sees: Sees) -> list[Secret]:
    """Return secrets that the same people see."""
    return [Secret(text, sees) for text in ([texts] if isinstance(texts, str) else texts)]


def among(kind: str, key: uuid.UUID, *texts: str) -> list[Secret]:
    """Return an id, and texts that belong to it, for those whose ``Eyes.kind`` holds the id."""
    return both((str(key), *texts), lambda eyes: key in getattr(eyes, kind))


def _places(side: Side) -> Iterator[Secret]:
    word = side.word
    yield from among("spaces", side.network, f"{word}-network", f"{word}-sum")
    yield from among("spaces", side.archived, f"{word}-archive", f"{word}-old-thread")
    for run in side.runs.values():
        yield from among("spaces", run.space, f"{word}-{run.state}-cohort")
        yield from among("runs", run.id)
        for enrolment in run.enrolments.values():
            yield from among("records", enrolment)


def _talk(side: Side) -> Iterator[Secret]:
    word = side.word
    yield from among("threads", side.threads["open"], f"{word}-thread", f"{word}-post")
    yield from among("threads", side.threads["open"], f"{word}-tag")
    yield from among("talk_exports", side.talk_export)
    yield from among("mail_imports", side.mail_import, f"{word}-letters")
    yield from among("posts", side.posts["standing"], f"{word}-reply")
    yield from among("waiting_posts", side.posts["waiting"], f"{word}-unapproved-reply")
    beginning = f"{word}-unapproved-title", f"{word}-unapproved-words"
    yield from among("waiting_posts", side.posts["beginning"], *beginning)
    removed = side.posts["removed"]
    yield from both(f"{word}-withdrawn", lambda eyes: removed in eyes.removed_posts)
    for name in ("standing", "loose", "waiting"):
        file = side.attachments[name]
        yield from among("attachments", file, f"{word}-{name}-file", f"{word}-in-{name}")
    gone = str(side.attachments["removed"])
    words = (gone, f"{word}-removed-file", f"{word}-in-removed")
    yield from both(words, lambda eyes: removed in eyes.removed_posts)
    for name, key in side.post_drafts.items():
        own: Sees = lambda eyes, key=key: key in {*eyes.post_drafts, *eyes.discarded_drafts}  # type: ignore[misc]  # noqa: E731
        unsent = {"thread": "title", "discarded": "away"}.get(name, name)
        yield from both((str(key), f"{word}-unsent-{unsent}"), own)
    yield from among("threads", side.threads["network"], f"{word}-talk-of-all")
    reporters = {side.people["observer"], side.people["other"]}
    yield from among("cases", side.case)
    yield from both(
        f"{word}-complaint", lambda eyes: side.case in eyes.cases or eyes.user_id in reporters
    )
    yield from among("cases", side.decided_case, f"{word}-staff-note")
    yield from among("decisions", side.decision, f"{word}-appeal")
    # why somebody was warned stands in the record, which administrators read everywhere
    yield from both(
        f"{word}-warning", lambda eyes: side.decision in eyes.decisions or eyes.name == "admin"
    )
    titles = {
        "scheduled": f"{word}-coming",
        "live": f"{word}-live",
        "ended": f"{word}-ended",
        "called_off": f"{word}-off",
    }
    for name, key in side.sessions.items():
        yield from among("sessions", key, titles[name])
    yield from among("sessions", side.sessions["called_off"], f"{word}-storm")
    live = side.sessions["live"]
    yield from both((f"{word}-link", f"{word}-said"), lambda eyes: live in eyes.sessions)


def _course(side: Side) -> Iterator[Secret]:
    """The outline goes to whoever sees a run of it or keeps it; the texts by what is open."""

    def outline(eyes: Eyes) -> bool:
        return side.version in eyes.versions or any(r.id in eyes.runs for r in side.runs.values())

    def placed(eyes: Eyes) -> bool:
        """The prompts of what takes place in threads and sessions are read there."""
        opened = (run.id for run in side.runs.values() if run.state != RunState.PLANNED)
        return side.version in eyes.versions or not eyes.runs.isdisjoint(opened)

    yield from among("courses", side.course)
    draft = side.draft
    yield from among("drafts", draft.id, f"{side.word}-draft", f"{side.word}-drop")
    for part in (draft.module, draft.activity, draft.picture, draft.file):
        yield from among("draft_parts", part)
    yield from both((str(key) for key in (side.version, *side.modules, *side.activities)), outline)
    yield from both((f"{side.word}-{end}" for end in ("course", "summary", "about")), outline)
    for number, module in enumerate(side.modules, 1):
        place = f"{side.word}-{number}"
        opens: Sees = lambda eyes, key=module: eyes.opens(key)  # type: ignore[misc]  # noqa: E731
        yield from both(f"{place}-module", outline)
        yield from both(f"{place}-intro", opens)
        if number < 3:
            kinds = ("page", "quiz", "talk", "meeting")
            yield from both((f"{place}-{kind}" for kind in kinds), outline)
            yield from both((f"{place}-page-text", f"{place}-quiz-text"), opens)
            yield from both((f"{place}-talk-text", f"{place}-meeting-text"), placed)


def _open(ctx: Context, run: Run) -> Ids:
    """Return which activities of a run are open to somebody."""
    there = ids(sa.select(Activity).where(Activity.version_id == run.version_id))
    return frozenset(key for key in there if may_read_activity(ctx, run, key))
