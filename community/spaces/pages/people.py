"""The people of a space."""

import datetime as dt
import itertools
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import (
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.rules import SEARCH_LONGEST
from community.kernel import localtime
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, reader, signed_in, takes, typed_form
from community.kernel.errors import Conflict, Invalid
from community.kernel.frame import Person
from community.kernel.pages import local_time
from community.kernel.policy import abilities
from community.kernel.schemas import load
from community.spaces.models import Role, Space
from community.spaces.operations import (
    change_role,
    remove_member,
)
from community.spaces.pages.blueprint import pages
from community.spaces.policy import (
    RANK,
    Grant,
    facilitates,
    may_change_role,
    may_grant,
    may_invite,
    may_remove_member,
    role_in,
)
from community.spaces.queries import (
    is_only_owner,
    joining,
    members_by_rank,
    space_by_slug,
)
from community.spaces.rules import ROLE_GROUPS, ROLE_NAMES
from community.spaces.schemas import RoleIn

ROLE = RoleIn()
OF_MEMBER = {"change": may_change_role, "remove": may_remove_member}


@pages.route("/spaces/<slug>/people")
@signed_in
def people(slug: str) -> AnyResponse:
    """Show who belongs to a space."""
    return _people_page(space_by_slug(current_context(), slug))


def _people_page(space: Space, *, status: int = 200, **more: Any) -> Response:
    """``more``: problem (what was refused)."""
    ctx = current_context()
    search, role = (
        request.args.get("q", "").strip()[:SEARCH_LONGEST],
        _role(request.args.get("role")),
    )
    page = members_by_rank(ctx, space.id, search=search, role=role, page=request.args.get("page"))
    grantable = [role for role in Role if may_grant(ctx, Grant(space.id, role))]
    invites = may_invite(ctx, space)
    leading = role_in(ctx, space.id) if facilitates(ctx, space.id) else None
    members = _members(ctx, page.items, changing=bool(grantable), leading=leading)
    html = render_template(
        "spaces/people.html",
        space=space,
        groups=[
            (role, str(ROLE_GROUPS[role]), list(group))
            for role, group in itertools.groupby(members, key=lambda member: member["role"])
        ],
        search=search,
        role=role.value if role else "",
        filtered=bool(search or role),
        role_choices=[(role.value, str(ROLE_GROUPS[role])) for role in Role],
        next_url=_page_url(space, page.next, search, role),
        previous_url=_page_url(space, page.previous, search, role),
        role_names=ROLE_NAMES,
        roles=[(role.value, str(ROLE_NAMES[role])) for role in grantable],
        invites=invites,
        over=invites and joining(space.id).over,
        only_owner=is_only_owner(ctx, space.id),
        **{"problem": "", **more},
    )
    return make_response(html, status)


def _members(
    ctx: Context, rows: Sequence[Any], *, changing: bool, leading: Role | None
) -> list[dict[str, Any]]:
    """Return people as their rows of the list show them; what many have in common is said once.

    ``leading`` is the role of a reader who leads the space.
    """
    zone = reader().zone
    joined: dict[dt.date, str] = {}
    can: dict[Role, Mapping[str, bool]] = {}
    found = []
    for row in rows:
        day = localtime.in_zone(row.joined_at, zone).date()
        if day not in joined:
            joined[day] = _("Joined %(day)s", day=local_time(row.joined_at, "day"))
        me = row.user_id == ctx.actor_id
        # What one may do with others hangs on the role they have.
        if changing and not me and row.role not in can:
            can[row.role] = abilities(OF_MEMBER, ctx, row)
        measured = _measured(ctx, row) if leading else ""
        above = leading is not None and RANK[leading] > RANK[row.role]
        found.append(
            {
                "person": Person(row.user_id, row.name, row.picture),
                "role": row.role,
                "pronouns": row.pronouns,
                "told": ", ".join(filter(None, (row.organisation, row.place))),
                "joined": joined[day],
                "me": me,
                "moderate": not me and (above or bool(measured)),
                "measured": measured,
                "change": changing and not me and any(can[row.role].values()),
            }
        )
    return found


def _measured(ctx: Context, row: Any) -> str:
    """Return what holds for a member by a decision, in a word; empty for nearly everybody."""
    if row.suspended_until is not None and row.suspended_until > ctx.now:
        return str(_("Suspended"))
    if row.silenced_until is not None and row.silenced_until > ctx.now:
        return str(_("Silenced"))
    return ""


def _role(given: str | None) -> Role | None:
    """Return the role that is looked for; None for all of them, and for what is none."""
    return Role(given) if given in set(Role) else None


def _page_url(space: Space, bookmark: str | None, search: str, role: Role | None) -> str | None:
    """Return the address of another page of the same search."""
    if bookmark is None:
        return None
    asked = {"q": search or None, "role": role.value if role else None}
    return url_for("spaces.people", slug=space.slug, **asked, page=bookmark)


@pages.route("/spaces/<slug>/people/<uuid:user_id>/role", methods=["POST"])
@signed_in
@takes("role")
def change(slug: str, user_id: uuid.UUID) -> AnyResponse:
    """Give a member another role."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    try:
        change_role(ctx, space.id, user_id, **load(ROLE, typed_form()))
    except (Conflict, Invalid) as error:
        return _people_page(space, problem=error.message, status=error.status)
    flash(_("The role is changed."), "success")
    return redirect(url_for("spaces.people", slug=slug), 303)


@pages.route("/spaces/<slug>/people/<uuid:user_id>/remove", methods=["POST"])
@signed_in
def remove(slug: str, user_id: uuid.UUID) -> AnyResponse:
    """Remove a member, or leave."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    try:
        remove_member(ctx, space.id, user_id)
    except Conflict as error:
        return _people_page(space, problem=error.message, status=error.status)
    if user_id == ctx.actor_id:
        flash(_("You left %(space)s.", space=space.name), "success")
        return redirect(url_for("home.week"), 303)
    flash(_("They do not belong to this space any more."), "success")
    return redirect(url_for("spaces.people", slug=slug), 303)
