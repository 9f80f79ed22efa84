"""How closely one follows threads and spaces, and the page that lists it."""

import uuid
from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.operations import (
    follow_space,
    follow_thread,
)
from community.discussions.pages.blueprint import pages
from community.discussions.pages.given import number
from community.discussions.pages.words import LEVELS
from community.discussions.queries import (
    blocked_people,
    followed_spaces,
    followed_threads,
    level_in,
    thread_head,
)
from community.discussions.rules import Because, Level, followed
from community.discussions.schemas import FollowingIn
from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.pages import kept
from community.kernel.schemas import load
from community.spaces.queries import space_by_slug

_CHOICE = FollowingIn()
_WHY = {
    Because.CHOSEN: _l("You chose this for the thread."),
    Because.WROTE: _l("You wrote in this thread."),
    Because.USUAL: _l("This is how threads are followed where nothing else was chosen."),
}


class Following(NamedTuple):
    """How a thread or a space is followed, as its menu shows it."""

    level: Level
    name: str
    why: str
    chosen: bool  # for just this thread or space
    levels: tuple[tuple[str, str, str], ...]  # value, name, what it means


def of_thread(head: Any) -> Following:
    """Return how the reader follows a thread, by its head."""
    level, because = level_in(head)
    why = (
        _("You follow all of %(space)s like this.", space=head.space_name)
        if because is Because.SPACE
        else str(_WHY[because])
    )
    return _following(level, why, chosen=because is Because.CHOSEN)


def of_space(chosen: Level | None) -> Following:
    """Return how the reader follows a space for which they chose a level, or None."""
    level, because = followed(None, chosen)
    if because is Because.SPACE:
        return _following(level, _("You chose this for the space."), chosen=True)
    return _following(level, _("This is how spaces are followed at first."), chosen=False)


def _following(level: Level, why: str, *, chosen: bool) -> Following:
    return Following(level, str(LEVELS[level][0]), str(why), chosen, _levels())


@kept
def _levels() -> tuple[tuple[str, str, str], ...]:
    """Return all levels in words, worked out once a language."""
    return tuple((value.value, str(name), str(means)) for value, (name, means) in LEVELS.items())


def level_of_form() -> Level | None:
    """Return the level a form asks for, None for none of its own."""
    asked = request.form.get("level", "")
    if not asked:
        return None
    level: Level = load(_CHOICE, {"level": asked})["level"]
    return level


@pages.route("/threads/<uuid:thread_id>/following", methods=["POST"])
@signed_in
@takes("level", "after")
def follow(thread_id: uuid.UUID) -> AnyResponse:
    """Choose how closely to follow a thread, or follow it as its space."""
    ctx = current_context()
    follow_thread(ctx, thread_id, level=level_of_form())
    following = of_thread(thread_head(ctx, thread_id))
    flash(_("How you follow this thread: %(level)s.", level=following.name), "success")
    after = number(request.form.get("after"))
    return redirect(url_for("discussions.thread", thread_id=thread_id, after=after), 303)


@pages.route("/spaces/<slug>/following", methods=["POST"])
@signed_in
@takes("level")
def follow_all(slug: str) -> AnyResponse:
    """Choose how closely to follow the threads of a space, or as is usual."""
    ctx = current_context()
    space, level = space_by_slug(ctx, slug), level_of_form()
    follow_space(ctx, space.id, level=level)
    following = of_space(level)
    flash(
        _("How you follow %(space)s: %(level)s.", space=space.name, level=following.name),
        "success",
    )
    return redirect(url_for("discussions.thread_list", slug=slug), 303)


@pages.route("/me/following")
@signed_in
def my_following() -> str:
    """List the spaces and threads one chose a level for, and whom one blocks."""
    ctx = current_context()
    threads = followed_threads(ctx, page=request.args.get("page"))
    return render_template(
        "discussions/my_following.html",
        spaces=followed_spaces(ctx),
        threads=threads,
        blocked=blocked_people(ctx),
        levels={level: str(name) for level, (name, _means) in LEVELS.items()},
    )


@pages.route("/me/following/spaces/<slug>/forget", methods=["POST"])
@signed_in
@takes()
def forget_space(slug: str) -> AnyResponse:
    """Follow a space as is usual."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    follow_space(ctx, space.id, level=None)
    return _back(_("You follow %(space)s as is usual.", space=space.name))


@pages.route("/me/following/threads/<uuid:thread_id>/forget", methods=["POST"])
@signed_in
@takes()
def forget_thread(thread_id: uuid.UUID) -> AnyResponse:
    """Follow a thread as its space."""
    follow_thread(current_context(), thread_id, level=None)
    return _back(_("You follow the thread as its space."))


def _back(said: str) -> AnyResponse:
    flash(said, "success")
    return redirect(url_for("discussions.my_following"), 303)
