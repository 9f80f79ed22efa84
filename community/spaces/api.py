"""Spaces, members and invitations over JSON."""

import uuid
from typing import Any

from flask import url_for

from community.accounts.queries import people
from community.kernel.api import ApiBlueprint
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in
from community.kernel.installed import installed
from community.kernel.paging import Page, PageIn, page_of
from community.kernel.policy import require
from community.spaces.models import Space
from community.spaces.operations import (
    accept_invitation,
    change_role,
    create_invitation,
    remove_member,
    revoke_invitation,
)
from community.spaces.policy import find_space, may_invite, role_in
from community.spaces.queries import invitations_of, members_by_rank, newest_spaces
from community.spaces.schemas import (
    AcceptIn,
    InvitationIn,
    InvitationMadeOut,
    InvitationPageOut,
    MemberOut,
    MemberPageOut,
    RoleIn,
    SpaceOut,
    SpacePageOut,
)

api = ApiBlueprint("spaces", "Spaces, their members and invitations into them")


@api.route("/spaces")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, SpacePageOut)
def spaces(paging: dict[str, Any]) -> Page:
    """List the spaces you belong to, newest first."""
    ctx = current_context()
    page = page_of(newest_spaces(ctx), **paging)
    return Page([_space(ctx, row) for [row] in page.items], page.next, page.previous)


@api.route("/spaces/<uuid:space_id>")
@signed_in
@api.response(200, SpaceOut)
def space(space_id: uuid.UUID) -> dict[str, Any]:
    """Show a space."""
    ctx = current_context()
    return _space(ctx, find_space(ctx, space_id))


@api.route("/spaces/<uuid:space_id>/members")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, MemberPageOut)
def members(paging: dict[str, Any], space_id: uuid.UUID) -> Page:
    """List who belongs to a space: owners first, then by name."""
    ctx = current_context()
    find_space(ctx, space_id)
    page = members_by_rank(ctx, space_id, **paging)
    rows = [_member(row, row.name) for row in page.items]
    return Page(rows, page.next, page.previous)


@api.route("/spaces/<uuid:space_id>/members/<uuid:user_id>", methods=["PATCH"])
@signed_in
@api.arguments(RoleIn)
@api.response(200, MemberOut)
def change(given: dict[str, Any], space_id: uuid.UUID, user_id: uuid.UUID) -> dict[str, Any]:
    """Give a member another role."""
    membership = change_role(current_context(), space_id, user_id, **given)
    return _member(membership, people([user_id])[user_id].name)


@api.route("/spaces/<uuid:space_id>/members/<uuid:user_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def remove(space_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Remove a member; yourself: leave."""
    remove_member(current_context(), space_id, user_id)


@api.route("/spaces/<uuid:space_id>/invitations")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, InvitationPageOut)
def invitations(paging: dict[str, Any], space_id: uuid.UUID) -> Page:
    """List the invitations into a space you organise, newest first, whatever became of them."""
    ctx = current_context()
    require(may_invite, ctx, find_space(ctx, space_id))
    page = page_of(invitations_of(ctx, space_id), **paging)
    return Page([row for [row] in page.items], page.next, page.previous)


@api.route("/spaces/<uuid:space_id>/invitations", methods=["POST"])
@signed_in
@api.arguments(InvitationIn, required=False)
@api.response(201, InvitationMadeOut)
def invite(given: dict[str, Any], space_id: uuid.UUID) -> tuple[dict[str, Any], int, Any]:
    """Make an invitation link; its secret is in this answer and nowhere else."""
    invitation, token = create_invitation(current_context(), space_id, **given)
    made = {
        "id": invitation.id,
        "space_id": invitation.space_id,
        "role": invitation.role,
        "created_at": invitation.created_at,
        "expires_at": invitation.expires_at,
        "max_uses": invitation.max_uses,
        "uses": invitation.uses,
        "revoked_at": invitation.revoked_at,
        "token": token,
        "link": installed().settings.base_url + url_for("spaces.join", token=token),
    }
    return made, 201, {"Cache-Control": "no-store"}


@api.route("/invitations/<uuid:invitation_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def revoke(invitation_id: uuid.UUID) -> None:
    """Take an invitation back; who joined by it stays."""
    revoke_invitation(current_context(), invitation_id)


@api.route("/invitations/accept", methods=["POST"])
@signed_in
@api.arguments(AcceptIn)
@api.response(200, SpaceOut)
def accept(given: dict[str, Any]) -> dict[str, Any]:
    """Join a space by the secret of an invitation link."""
    ctx = current_context()
    membership = accept_invitation(ctx, given["token"])
    ctx.forget()
    return _space(ctx, find_space(ctx, membership.space_id))


def _space(ctx: Context, row: Space) -> dict[str, Any]:
    return {
        "id": row.id,
        "slug": row.slug,
        "name": row.name,
        "kind": row.kind,
        "summary": row.summary,
        "role": role_in(ctx, row.id),
        "created_at": row.created_at,
    }


def _member(membership: Any, name: str) -> dict[str, Any]:
    return {
        "user": {"id": membership.user_id, "name": name},
        "role": membership.role,
        "joined_at": membership.joined_at,
    }
