"""Posts that were reported and decided about, as people do it."""

import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from flask import Flask

from community.discussions.models import Post, Thread, ThreadKind
from community.discussions.operations import post_reply, start_thread
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.moderation.models import Case
from community.moderation.operations import (
    appeal_decision,
    decide_case,
    report_post,
    take_measure,
    take_measure_everywhere,
)
from community.moderation.rules import Lasts, Outcome, Reason
from community.spaces.models import Space


def post_of(app: Flask, thread_id: uuid.UUID, number: int) -> uuid.UUID:
    """Return the id of the post that has a number in a thread."""
    with app.app_context():
        place = Post.thread_id == thread_id, Post.number == number
        return db.session.scalars(sa.select(Post.id).where(*place)).one()


def make_case(app: Flask, post_id: uuid.UUID, *reporters: uuid.UUID, note: str = "") -> uuid.UUID:
    """Report a post as each of some people; returns the id of its open case."""
    with app.app_context():
        for reporter in reporters:
            report_post(Context.begin(reporter), post_id, reason=Reason.UNKIND, note=note)
        open_one = sa.select(Case.id).where(Case.post_id == post_id, Case.closed_at.is_(None))
        return db.session.scalars(open_one).one()


def make_decision(
    app: Flask,
    case_id: uuid.UUID,
    by: uuid.UUID,
    outcome: Outcome = Outcome.HIDDEN,
    *,
    words: str = "Write about the thing, not about the person.",
    note: str = "",
) -> uuid.UUID:
    """Decide about a case; returns the id of the decision."""
    with app.app_context():
        decision = decide_case(
            Context.begin(by),
            case_id,
            outcome=outcome,
            reason=Reason.UNKIND,
            words=words,
            note=note,
        )
        return decision.id


def make_reports(
    app: Flask, word: str, post_id: uuid.UUID, people: Mapping[str, uuid.UUID]
) -> dict[str, uuid.UUID]:
    """Report the member's post twice: the first was a warning and is appealed, the second waits.

    And silence the observer, who asks for a second look.
    """
    first = make_case(app, post_id, people["observer"], note=f"{word}-complaint")
    decision = make_decision(
        app,
        first,
        people["organiser"],
        Outcome.WARNED,
        words=f"{word}-warning",
        note=f"{word}-staff-note",
    )
    with app.app_context():
        appeal_decision(Context.begin(people["member"]), decision, text=f"{word}-appeal")
        where = sa.select(Thread.space_id).join(Post, Post.thread_id == Thread.id)
        space_id = db.session.scalars(where.where(Post.id == post_id)).one()
    measure = take(
        app,
        space_id,
        people["organiser"],
        people["observer"],
        words=f"{word}-silencing",
        note=f"{word}-staff-note",
    )
    with app.app_context():
        appeal_decision(Context.begin(people["observer"]), measure, text=f"{word}-plea")
    return {
        "case": make_case(app, post_id, people["other"], note=f"{word}-complaint"),
        "decided_case": first,
        "decision": decision,
        "measure": measure,
    }


def take(
    app: Flask,
    space_id: uuid.UUID | None,
    by: uuid.UUID,
    about: uuid.UUID,
    outcome: Outcome = Outcome.SILENCED,
    *,
    lasts: Lasts | None = Lasts.DAY,
    words: str = "Take a rest, and come back.",
    note: str = "",
    **more: object,
) -> uuid.UUID:
    """Warn, silence or suspend somebody in a space (none: everywhere, as an administrator)."""
    given: dict[str, object] = {
        "outcome": outcome,
        "lasts": lasts if outcome is not Outcome.WARNED else None,
        "reason": Reason.UNKIND,
        "words": words,
        "note": note,
    }
    with app.app_context():
        if space_id is None:
            ctx = Context.begin(by, admin=True, **more)  # type: ignore[arg-type]
            return take_measure_everywhere(ctx, about, **given).id  # type: ignore[arg-type]
        ctx = Context.begin(by, **more)  # type: ignore[arg-type]
        return take_measure(ctx, space_id, about, **given).id  # type: ignore[arg-type]


def make_waiting(
    app: Flask, word: str, thread_id: uuid.UUID, author_id: uuid.UUID
) -> dict[str, uuid.UUID]:
    """Have somebody who is new answer in a thread and begin one, which both wait for approval."""
    ctx = Context.begin(author_id)
    with app.app_context():
        space_id = db.session.get_one(Thread, thread_id).space_id
        _have_wait(space_id, 3)
        waiting = post_reply(ctx, thread_id, body=f"{word}-unapproved-reply")
        begun = start_thread(
            ctx,
            space_id,
            kind=ThreadKind.QUESTION,
            title=f"{word}-unapproved-title",
            body=f"{word}-unapproved-words",
        )
        _have_wait(space_id, 0)
        first = db.session.scalars(sa.select(Post.id).where(Post.thread_id == begun.id)).one()
        return {"waiting": waiting.id, "beginning": first}


def _have_wait(space_id: uuid.UUID, first: int) -> None:
    with unit_of_work(Context.begin(None)):
        db.session.get_one(Space, space_id).approve_first = first
