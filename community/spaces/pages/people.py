"""The people of a space, and the invitations into it."""

import itertools
import uuid
from typing import Any

from flask import (
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict, Invalid
from community.kernel.feature import Joining
from community.kernel.frame import Person
from community.kernel.installed import installed
from community.kernel.policy import abilities
from community.kernel.schemas import load
from community.spaces.models import Role, Space
from community.spaces.operations import (
    change_role,
    create_invitation,
    remove_member,
    revoke_invitation,
)
from community.spaces.pages.blueprint import pages, typed_form, unstored
from community.spaces.policy import (
    Grant,
    may_change_role,
    may_grant,
    may_invite,
    may_remove_member,
)
from community.spaces.queries import (
    joining,
    members_by_rank,
    open_invitations,
    rail,
    space_by_slug,
)
from community.spaces.rules import MAX_DAYS, MAX_USES
from community.spaces.schemas import (
    DEFAULT_DAYS,
    DEFAULT_USES,
    ROLE_GROUPS,
    ROLE_NAMES,
    InvitationIn,
    RoleIn,
)

ROLE = RoleIn()
INVITATION = InvitationIn()
OF_MEMBER = {"change": may_change_role, "remove": may_remove_member}
FRESH = "fresh_invitation"  # of a session: the space and the secret of a link not shown yet


@pages.route("/spaces/<slug>/people")
@signed_in
def people(slug: str) -> AnyResponse:
    """Show who belongs to a space; to organisers also the invitations into it."""
    space = space_by_slug(current_context(), slug)
    link = _fresh_link(space)
    return unstored(_people_page(space, link=link)) if link else _people_page(space)


def _people_page(space: Space, *, status: int = 200, **more: Any) -> Response:
    """``more``: errors, problem (what was refused), link (a fresh invitation's, shown once)."""
    ctx = current_context()
    page = members_by_rank(ctx, space.id, page=request.args.get("page"))
    members: list[dict[str, Any]] = [
        {
            "person": Person(row.user_id, row.name),
            "role": row.role,
            "joined_at": row.joined_at,
            "me": row.user_id == ctx.actor_id,
            "can": abilities(OF_MEMBER, ctx, row),
        }
        for row in page.items
    ]
    grantable = [role for role in Role if may_grant(ctx, Grant(space.id, role))]
    invites = may_invite(ctx, space)
    told = joining(space.id) if invites else Joining()
    html = render_template(
        "spaces/people.html",
        space=space,
        groups=[
            (role, str(ROLE_GROUPS[role]), list(group))
            for role, group in itertools.groupby(members, key=lambda member: member["role"])
        ],
        next_url=_page_url(space, page.next),
        previous_url=_page_url(space, page.previous),
        role_names=ROLE_NAMES,
        roles=[(role.value, str(ROLE_NAMES[role])) for role in grantable],
        invites=invites,
        invitations=open_invitations(ctx, space.id) if invites else [],
        typed={
            "role": request.form.get("role", Role.MEMBER.value),
            "days": request.form.get("days", DEFAULT_DAYS),
            "max_uses": request.form.get("max_uses", _uses_for(told.seats)),
        },
        joining=told,
        limits={"days": MAX_DAYS, "uses": MAX_USES},
        **{"errors": {}, "problem": "", "link": "", **more},
    )
    return make_response(html, status)


def _uses_for(seats: int | None) -> int:
    """Return for how many an invitation is offered: as many as there are free seats, 1 or more."""
    return DEFAULT_USES if seats is None else max(1, min(seats, MAX_USES))


def _page_url(space: Space, bookmark: str | None) -> str | None:
    return url_for("spaces.people", slug=space.slug, page=bookmark) if bookmark else None


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


# ------------------------------------------------------------------ inviting


@pages.route("/spaces/<slug>/invitations", methods=["GET", "POST"])
@signed_in
@takes("role", "days", "max_uses")
def invite(slug: str) -> AnyResponse:
    """Make an invitation link; the page of the people shows it, once.

    Until then its secret is nowhere but in the session of the browser that made it: the database
    keeps a digest, and an answer that is the page itself would make another when it is reloaded.
    """
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    if request.method == "GET":  # the address of a refusal, asked for again
        return redirect(url_for("spaces.people", slug=slug) + "#invitations", 303)
    try:
        invitation, token = create_invitation(ctx, space.id, **load(INVITATION, typed_form()))
    except Invalid as error:
        return _people_page(space, errors=error.fields, status=422)
    except Conflict as error:
        return _people_page(space, problem=error.message, status=409)
    session[FRESH] = {"space": invitation.space_id.hex, "token": token}
    return unstored(redirect(url_for("spaces.people", slug=slug), 303))


def _fresh_link(space: Space) -> str:
    """Return the link this browser has just made into ``space``, and forget it; "" for none."""
    fresh = session.get(FRESH)
    if fresh is None or fresh["space"] != space.id.hex:
        return ""
    del session[FRESH]
    return installed().settings.base_url + url_for("spaces.join", token=fresh["token"])


@pages.route("/invitations/<uuid:invitation_id>/revoke", methods=["POST"])
@signed_in
def revoke(invitation_id: uuid.UUID) -> AnyResponse:
    """Take an invitation back."""
    ctx = current_context()
    invitation = revoke_invitation(ctx, invitation_id)
    flash(_("That link does not let anybody in any more."), "success")
    slug = next((row.slug for row in rail(ctx) if row.id == invitation.space_id), None)
    if slug is None:
        return redirect(url_for("home.week"), 303)
    return redirect(url_for("spaces.people", slug=slug) + "#invitations", 303)
