"""The box under the prompt of a reflection, and the page of those that others handed in."""

import dataclasses
import datetime as dt
from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.academy.kinds.builtin import REFLECTION
from community.academy.kinds.reflection.kind import Readers, words_in
from community.coursework.operations import (
    hand_in_reflection,
    save_draft,
    take_back_reflection,
)
from community.coursework.pages.blueprint import ACTIVITY, drawn, pages, shown_as
from community.coursework.policy import may_read_reflections
from community.coursework.queries import how_many_shared, my_reflection, shared_reflections
from community.coursework.schemas import ReflectionDraftIn, ReflectionIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.differences import Span, word_changes
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.feature import Part
from community.kernel.policy import require
from community.kernel.schemas import load
from community.progress.pages.activity import VERSION, Shown, activity_page, back_to

A_PAGE = 20
_DRAFT, _TEXT = ReflectionDraftIn(), ReflectionIn()


@dataclasses.dataclass(frozen=True, slots=True)
class Clash:
    """What was saved in another window meanwhile, and how it differs from what was typed."""

    at: dt.datetime
    pieces: tuple[Span, ...]


def part(
    ctx: Context, what: Shown, *, typed: str | None = None, refused: CommunityError | None = None
) -> Part:
    """Draw the box with who reads what is written in it; ``typed`` is what was not taken."""
    settings = what.line.settings
    mine = what.enrolment_id
    row = my_reflection(mine, what.line.id) if mine else None
    text = (row.draft if row else "") if typed is None else typed
    kept = refused.details.get("kept") if isinstance(refused, Conflict) else None
    reads_others = may_read_reflections(ctx, (what.run, what.line))
    return drawn(
        "reflection.html",
        what,
        script="reflection.js",
        row=row,
        text=text,
        readers=REFLECTION.readers_of(settings),
        words=words_in(text),
        # after a clash one's own words are the next to be saved
        revision=kept["revision"] if kept else row.revision if row else 0,
        clash=_clash(kept, text) if kept else None,
        problem=_said(refused) if refused and not kept else "",
        others=how_many_shared(ctx, what.run, what.line) if reads_others else None,
    )


def _clash(kept: dict[str, Any], typed: str) -> Clash:
    at = dt.datetime.fromisoformat(kept["saved_at"])
    return Clash(at, word_changes(typed, kept["text"]))


def _said(error: CommunityError) -> str:
    """Return a refusal as one text: what is wrong with the text is said of it alone."""
    wrong = error.fields.get("text") if isinstance(error, Invalid) else None
    return " ".join(wrong) if wrong else str(error.message)


@pages.route(f"{ACTIVITY}/reflection/draft", methods=["POST"])
@signed_in
@takes("text", "revision", "client_id", VERSION)
def save_reflection(slug: str, module: int, activity: int) -> AnyResponse:
    """Keep what is written so far."""
    ctx = current_context()
    what = shown_as(REFLECTION.name, slug, module, activity)
    sent = {name: request.form.get(name, "") for name in ("text", "revision")}
    try:
        save_draft(ctx, what.run.id, what.line.id, **load(_DRAFT, sent))
    except (Invalid, Conflict) as error:
        return _refused(ctx, what, error)
    return back_to(what, "reflection")


@pages.route(f"{ACTIVITY}/reflection", methods=["POST"])
@signed_in
@takes("text", "revision", "client_id", VERSION)
def share_reflection(slug: str, module: int, activity: int) -> AnyResponse:
    """Hand in the text; one that is not taken is kept as a draft all the same."""
    ctx = current_context()
    what = shown_as(REFLECTION.name, slug, module, activity)
    form = request.form
    sent = {name: form.get(name, "") for name in ("text", "revision", "client_id")}
    try:
        given = load(_TEXT, sent)
        hand_in_reflection(ctx, what.run.id, what.line.id, **given)
    except (Invalid, Conflict) as error:
        return _refused(ctx, what, error)
    done = {
        Readers.PRIVATE: _("Kept for you alone."),
        Readers.MENTOR: _("Handed in."),
        Readers.COHORT: _("Shared with your cohort."),
    }
    flash(done[REFLECTION.readers_of(what.line.settings)], "success")
    return back_to(what, "reflection")


def _refused(ctx: Context, what: Shown, error: CommunityError) -> AnyResponse:
    typed = request.form.get("text", "").replace("\r\n", "\n")
    return activity_page(
        what, part=part(ctx, what, typed=typed, refused=error), status=error.status
    )


@pages.route(f"{ACTIVITY}/reflection/take-back", methods=["POST"])
@signed_in
@takes(VERSION)
def take_reflection_back(slug: str, module: int, activity: int) -> AnyResponse:
    """Let nobody else read the text any more."""
    what = shown_as(REFLECTION.name, slug, module, activity)
    take_back_reflection(current_context(), what.run.id, what.line.id)
    flash(_("You took it back. Nobody but you reads it; your words stand in the box."), "success")
    return back_to(what, "reflection")


@pages.route(f"{ACTIVITY}/reflections")
@signed_in
def reflections(slug: str, module: int, activity: int) -> str:
    """Show the reflections in an activity that are for whoever reads, a page at a time."""
    ctx = current_context()
    what = shown_as(REFLECTION.name, slug, module, activity)
    require(may_read_reflections, ctx, (what.run, what.line))
    found = shared_reflections(
        ctx, what.run, what.line, limit=A_PAGE, page=request.args.get("page") or None
    )

    def page_url(bookmark: str | None) -> str | None:
        if bookmark is None:
            return None
        return url_for("coursework.reflections", **what.place, page=bookmark)

    return render_template(
        "coursework/reflections.html",
        what=what,
        space=what.space,
        readers=REFLECTION.readers_of(what.line.settings),
        total=how_many_shared(ctx, what.run, what.line),
        shared=found.items,
        me=ctx.actor_id,
        next_url=page_url(found.next),
        previous_url=page_url(found.previous),
    )
