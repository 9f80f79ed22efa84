"""Before a draft is published: what it changes, what hinders it; then the act."""

import dataclasses
import uuid

from flask import flash, make_response, redirect, render_template
from flask_babel import gettext as _
from marshmallow import validate
from werkzeug.wrappers import Response

from community.academy import operations
from community.academy.formats.drafts import DraftProblem
from community.academy.formats.source import CourseRefused
from community.academy.kinds.builtin import KINDS
from community.academy.pages.blueprint import pages
from community.academy.pages.desk import FIELDS, Desk, desk_of, in_words
from community.academy.pages.facts import PHASES
from community.academy.pages.typed import line
from community.academy.queries import difference, problems
from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import CommunityError, Conflict


@dataclasses.dataclass(frozen=True, slots=True)
class Hindrance:
    """What keeps the draft from being published, and where it is mended."""

    place: str
    url: str
    line: int | None
    message: str


@pages.route("/studio/<uuid:draft_id>/publish", methods=["GET", "POST"])
@signed_in
@takes("seen")
def publish_draft(draft_id: uuid.UUID) -> Response:
    """Show what publishing changes; do it, once that was looked at."""
    ctx = current_context()
    if not line("seen"):
        return _page(desk_of(ctx, draft_id), None)
    try:
        version = operations.publish_draft(ctx, draft_id, seen=line("seen"))
    except (Conflict, CourseRefused) as error:
        return _page(desk_of(ctx, draft_id), error)
    flash(_("Version %(number)d is published.", number=version.number), "success")
    return redirect(url_for("academy.course", version_id=version.id), 303)


def _page(desk: Desk, error: CommunityError | None) -> Response:
    found = difference(desk.outline.id)
    hindered = [_hindrance(desk, problem) for problem in problems(desk.outline.id)]
    html = render_template(
        "academy/studio/publish.html",
        desk=desk,
        changes=found.changes,
        behind=found.is_behind,
        problems=hindered,
        seen=found.digest,
        nothing=""
        if found.changes
        else _("Nothing is different from version %(number)d.", number=found.number or 0),
        told=str(error.message) if error and not hindered else "",
        labels=labels(),
        choices=choices(),
    )
    return make_response(html, error.status if error else 200)


def labels() -> dict[str, str]:
    """Return what each setting of a course, a module or an activity is called."""
    found = {name: str(words) for name, words in FIELDS.items()}
    found |= {"kind": _("Kind"), "required": _("Required")}
    for kind in KINDS.values():
        for name, field in kind.front_schema().fields.items():
            key = field.data_key or name
            found.setdefault(key, str(field.metadata.get("label", key)))
    return found


def choices() -> dict[str, dict[str, str]]:
    """Return what the choices of each setting are called, as the form of an activity has them."""
    found: dict[str, dict[str, str]] = {
        "phase": {key: str(words) for key, words in PHASES.items()},
        "kind": {name: str(kind.label) for name, kind in KINDS.items()},
    }
    for kind in KINDS.values():
        for name, field in kind.front_schema().fields.items():
            for rule in field.validators:
                if isinstance(rule, validate.OneOf) and rule.labels:
                    words = dict(zip(rule.choices, map(str, rule.labels), strict=True))
                    found.setdefault(field.data_key or name, {}).update(words)
    return found


def _hindrance(desk: Desk, problem: DraftProblem) -> Hindrance:
    for module in desk.outline.modules:
        if problem.id == module.id:
            where = url_for(
                "academy.studio_module", draft_id=desk.outline.id, module_id=module.id, mend="yes"
            )
            return Hindrance(module.title, where, problem.line, in_words(problem, labels()))
        for line_ in module.activities:
            if problem.id == line_.id:
                where = url_for(
                    "academy.studio_activity",
                    draft_id=desk.outline.id,
                    activity_id=line_.id,
                    mend="yes",
                )
                return Hindrance(line_.title, where, problem.line, in_words(problem, labels()))
    where = url_for("academy.studio", draft_id=desk.outline.id, mend="yes")
    return Hindrance(_("About the course"), where, problem.line, in_words(problem, labels()))
