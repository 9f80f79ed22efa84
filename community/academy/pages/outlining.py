"""What is done to the outline of a draft: things are added, moved and removed."""

import itertools
import uuid

from flask import flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.academy import operations
from community.academy.pages.blueprint import pages
from community.academy.pages.desk import desk_of, take
from community.academy.pages.facts import whole
from community.academy.pages.typed import edits_looked_at, line, way_back
from community.academy.pages.writing import show_course, show_module
from community.academy.queries import DraftOutline, draft_activity, draft_module
from community.academy.schemas import NewActivityIn, NewModuleIn, RevisionIn
from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.keys import form_id
from community.kernel.schemas import as_key, load

_NEW_MODULE, _NEW_ACTIVITY, _REVISION = NewModuleIn(), NewActivityIn(), RevisionIn()


@pages.route("/studio/<uuid:draft_id>/modules", methods=["POST"])
@signed_in
@takes("title", "nonce")
def add_module(draft_id: uuid.UUID) -> Response:
    """Add a module at the end, and open it."""
    ctx = current_context()
    desk = desk_of(ctx, draft_id)
    try:
        given = load(_NEW_MODULE, _new("title"))
        module = operations.add_module(ctx, draft_id, **given)
    except (Invalid, Conflict) as error:
        take(desk, error, "")
        return show_course(desk, error.status)
    where = url_for("academy.studio_module", draft_id=draft_id, module_id=module.id)
    return redirect(where, 303)


@pages.route("/studio/<uuid:draft_id>/modules/<uuid:module_id>/activities", methods=["POST"])
@signed_in
@takes("title", "kind", "nonce")
def add_activity(draft_id: uuid.UUID, module_id: uuid.UUID) -> Response:
    """Add an activity at the end of a module, and open it."""
    ctx = current_context()
    desk = desk_of(ctx, draft_id, module_id)
    row = draft_module(draft_id, module_id)
    try:
        given = load(_NEW_ACTIVITY, _new("title", "kind"))
        activity = operations.add_activity(ctx, module_id, **given)
    except (Invalid, Conflict) as error:
        take(desk, error, "")
        return show_module(desk, row, error.status)
    where = url_for("academy.studio_activity", draft_id=draft_id, activity_id=activity.id)
    return redirect(where, 303)


def _new(*names: str) -> dict[str, str]:
    """Return what was typed, with the id of this act: sent twice from one page it counts once."""
    typed = {name: line(name) for name in names}
    return {**typed, "client_id": form_id(line("nonce"), *typed.values())}


def _told(error: Conflict, where: str) -> Response:
    """Lead on, with what was refused in words."""
    flash(str(error.message), "error")
    return redirect(where, 303)


@pages.route("/studio/<uuid:draft_id>/modules/<uuid:module_id>/move", methods=["POST"])
@signed_in
@takes("to", "position", "back")
def move_module(draft_id: uuid.UUID, module_id: uuid.UUID) -> Response:
    """Move a module one place up or down, or to a position."""
    ctx = current_context()
    desk_of(ctx, draft_id)
    position = _position(draft_module(draft_id, module_id).position)
    where = url_for("academy.studio_module", draft_id=draft_id, module_id=module_id)
    back = way_back(draft_id, where)
    operations.move_module(ctx, module_id, position=position)
    return redirect(back, 303)


@pages.route("/studio/<uuid:draft_id>/activities/<uuid:activity_id>/move", methods=["POST"])
@signed_in
@takes("to", "module_id", "position", "back")
def move_activity(draft_id: uuid.UUID, activity_id: uuid.UUID) -> Response:
    """Move an activity one place up or down, or to a position in a module of the draft."""
    ctx = current_context()
    desk = desk_of(ctx, draft_id)
    row = draft_activity(draft_id, activity_id)
    where = url_for("academy.studio_activity", draft_id=draft_id, activity_id=activity_id)
    back = way_back(draft_id, where)
    asked = line("module_id")
    if asked:
        module_id = as_key(asked)
        if module_id is None:
            raise NotFound
        last = 1_000_000  # beyond the end is the end
        position = _position(row.position) if line("position") else last
    else:
        module_id, position = _beside(desk.outline, row.module_id, _position(row.position))
    try:
        operations.move_activity(ctx, activity_id, module_id=module_id, position=position)
    except Conflict as error:
        return _told(error, where)
    return redirect(back, 303)


def _position(now: int) -> int:
    """Return the place that was asked for: a number, or the next one up or down."""
    step = {"up": -1, "down": 1}.get(request.form.get("to", ""))
    if step is not None:
        return now + step
    asked = whole(line("position"))
    if not isinstance(asked, int):
        raise Invalid(_("Say which place."), fields={"position": [_("Give a whole number.")]})
    return max(1, asked)


def _beside(outline: DraftOutline, module_id: uuid.UUID, position: int) -> tuple[uuid.UUID, int]:
    """Return where a step leads: over the edge of a module it goes on into the one beside it."""
    found = next(each for each in outline.modules if each.id == module_id)
    for upper, lower in itertools.pairwise(outline.modules):
        if lower is found and position < 1:
            return upper.id, len(upper.activities) + 1
        if upper is found and position > len(upper.activities):
            return lower.id, 1
    return module_id, max(1, position)


@pages.route("/studio/<uuid:draft_id>/modules/<uuid:module_id>/remove", methods=["POST"])
@signed_in
@takes("edits")
def remove_module(draft_id: uuid.UUID, module_id: uuid.UUID) -> Response:
    """Take a module with its activities out of the draft."""
    ctx = current_context()
    desk_of(ctx, draft_id)
    title = draft_module(draft_id, module_id).title
    try:
        operations.remove_module(ctx, module_id, edits=edits_looked_at())
    except Conflict as error:
        where = url_for("academy.studio_module", draft_id=draft_id, module_id=module_id)
        return _told(error, where)
    flash(_("“%(title)s” is removed from the draft.", title=title), "success")
    return redirect(url_for("academy.studio", draft_id=draft_id), 303)


@pages.route("/studio/<uuid:draft_id>/activities/<uuid:activity_id>/remove", methods=["POST"])
@signed_in
@takes("revision")
def remove_activity(draft_id: uuid.UUID, activity_id: uuid.UUID) -> Response:
    """Take an activity out of the draft."""
    ctx = current_context()
    desk_of(ctx, draft_id)
    row = draft_activity(draft_id, activity_id)
    title, module_id = row.title, row.module_id
    try:
        operations.remove_activity(ctx, activity_id, revision=_revision())
    except Conflict as error:
        where = url_for("academy.studio_activity", draft_id=draft_id, activity_id=activity_id)
        return _told(error, where)
    flash(_("“%(title)s” is removed from the draft.", title=title), "success")
    where = url_for("academy.studio_module", draft_id=draft_id, module_id=module_id)
    return redirect(where, 303)


def _revision() -> int:
    given: int = load(_REVISION, {"revision": whole(line("revision"))})["revision"]
    return given
