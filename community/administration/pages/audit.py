"""What was done, by whom, when: read, never changed."""

import uuid
from typing import Any

from flask import make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.administration import queries
from community.administration.pages.blueprint import pages, tabs
from community.administration.pages.sentences import sentence
from community.kernel.addresses import url_for
from community.kernel.doors import administrators_only, current_context, signed_in
from community.kernel.errors import Invalid
from community.kernel.events import Event
from community.kernel.schemas import as_key

SAID = 6  # facts of an event that a line shows


@pages.route("/audit")
@signed_in
@administrators_only
def audit() -> AnyResponse:
    """Show the log, the newest first; of somebody, or of a kind."""
    ctx = current_context()
    who, what = request.args.get("who", ""), request.args.get("what", "")
    key = as_key(who)
    if (who and key is None) or len(what) > 80:
        message = _("This cannot be looked for.")
        raise Invalid(message, fields={"who" if who and key is None else "what": [message]})
    found = queries.audit(ctx, who=key, what=what, page=request.args.get("page"))
    names = queries.named(found.items)
    kinds = sorted({name.partition(".")[0] for name in Event.registry})
    html = render_template(
        "administration/audit.html",
        tabs=tabs("administration.audit"),
        lines=[_line(row, names) for row in found.items],
        kinds=[(kind, kind.replace("_", " ").capitalize()) for kind in kinds],
        who=who,
        what=what,
        begins=queries.since_when(ctx),
        next_url=_at(who, what, found.next),
        previous_url=_at(who, what, found.previous),
    )
    return make_response(html)


def _line(row: Any, names: Any) -> dict[str, Any]:
    feature, _dot, happened = row.name.partition(".")
    about = []
    said = sentence(row.name, row.payload, {str(key): name for key, name in names.items()})
    for field, value in () if said else row.payload.items():
        key = _key(value)
        if key is not None and key == row.actor_id:
            continue  # the line names them already
        if key is None or key in names:  # an id that has no name here tells a reader nothing
            label = field.removesuffix("_id").replace("_", " ")
            about.append((label, names.get(key, str(value)[:60])))
    return {
        "happened": said or happened.replace("_", " ").capitalize(),
        "feature": feature,
        "actor_id": row.actor_id,
        "actor": row.actor,
        "at": row.happened_at,
        "about": about[:SAID],
    }


def _key(value: object) -> uuid.UUID | None:
    return as_key(value) if isinstance(value, str) else None


def _at(who: str, what: str, bookmark: str | None) -> str | None:
    if bookmark is None:
        return None
    asked = {name: value for name, value in (("who", who), ("what", what)) if value}
    return url_for("administration.audit", page=bookmark, **asked)
