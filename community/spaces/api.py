"""Spaces, members and invitations over JSON."""

import uuid
from typing import Any

from community.kernel.addresses import public_url
from community.kernel.api import ApiBlueprint
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in
from community.kernel.frame import picture_path
from community.kernel.paging import Page, PageIn, page_of
from community.kernel.policy import require
from community.spaces.models import Invitation, Space
from community.spaces.operations import (
    accept_invitation,
    change_role,
    create_invitation,
    decline_invitation,
    invite_by_list,
    remove_member,
    resend_invitation,
    resend_unanswered,
    revoke_invitation,
    set_rescue_time,
)
from community.spaces.policy import find_space, may_invite, role_in
from community.spaces.queries import (
    fates,
    invitations_of,
    members_by_rank,
    newest_spaces,
    person,
    shared_spaces,
)
from community.spaces.rules import read_list, state_of
from community.spaces.schemas import (
    AcceptIn,
    FatesOut,
    InvitationIn,
    InvitationMadeOut,
    InvitationOut,
    InvitationPageOut,
    ListIn,
    MemberOut,
    MemberPageOut,
    MembersIn,
    ProfileOut,
    RescueIn,
    ResentOut,
    RoleIn,
    SpaceOut,
    SpacePageOut,
    as_fates,
)

_STORED = InvitationOut().fields.keys() - {"state"}  # of an invitation
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


@api.route("/spaces/<uuid:space_id>/rescue-time", methods=["PUT"])
@signed_in
@api.arguments(RescueIn)
@api.response(200, SpaceOut)
def rescue_time(given: dict[str, Any], space_id: uuid.UUID) -> dict[str, Any]:
    """Say after how many hours without an answer a question needs those who lead the space."""
    ctx = current_context()
    return _space(ctx, set_rescue_time(ctx, space_id, **given))


@api.route("/spaces/<uuid:space_id>/members")
@signed_in
@api.arguments(MembersIn, location="query")
@api.response(200, MemberPageOut)
def members(asked: dict[str, Any], space_id: uuid.UUID) -> Page:
    """List who belongs to a space, or search among them: owners first, then by name."""
    ctx = current_context()
    find_space(ctx, space_id)
    page = members_by_rank(ctx, space_id, **asked)
    rows = [_member(row, row) for row in page.items]
    return Page(rows, page.next, page.previous)


@api.route("/people/<uuid:user_id>")
@signed_in
@api.response(200, ProfileOut)
def someone(user_id: uuid.UUID) -> dict[str, Any]:
    """Show what somebody you share a space with shows of themselves."""
    ctx = current_context()
    row = person(ctx, user_id)
    rest = ("zone", "languages", "about", "about_html")
    return {
        **_card(row),
        **{field: getattr(row, field) for field in rest},
        "spaces": shared_spaces(ctx, user_id),
    }


@api.route("/spaces/<uuid:space_id>/members/<uuid:user_id>", methods=["PATCH"])
@signed_in
@api.arguments(RoleIn)
@api.response(200, MemberOut)
def change(given: dict[str, Any], space_id: uuid.UUID, user_id: uuid.UUID) -> dict[str, Any]:
    """Give a member another role."""
    ctx = current_context()
    membership = change_role(ctx, space_id, user_id, **given)
    return _member(membership, person(ctx, user_id))


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
    return Page([_invitation(ctx, row) for [row] in page.items], page.next, page.previous)


@api.route("/spaces/<uuid:space_id>/invitations", methods=["POST"])
@signed_in
@api.arguments(InvitationIn, required=False)
@api.response(201, InvitationMadeOut)
def invite(given: dict[str, Any], space_id: uuid.UUID) -> tuple[dict[str, Any], int, Any]:
    """Make an invitation link; its secret is in this answer and nowhere else."""
    ctx = current_context()
    invitation, token = create_invitation(ctx, space_id, **given)
    made = {
        **_invitation(ctx, invitation),
        "token": token,
        "link": public_url("spaces.join", token=token),
    }
    return made, 201, {"Cache-Control": "no-store"}


@api.route("/spaces/<uuid:space_id>/invitations/check", methods=["POST"])
@signed_in
@api.arguments(ListIn)
@api.response(200, FatesOut)
def check_list(given: dict[str, Any], space_id: uuid.UUID) -> dict[str, Any]:
    """Read a list of people to invite and say what would become of each line; nothing is sent."""
    ctx = current_context()
    find_space(ctx, space_id)
    entries = read_list(given["list"])
    return as_fates(fates(ctx, space_id, entries, role=given["role"], beyond=given["beyond"]))


@api.route("/spaces/<uuid:space_id>/invitations/letters", methods=["POST"])
@signed_in
@api.arguments(ListIn)
@api.response(200, FatesOut)
def send_list(given: dict[str, Any], space_id: uuid.UUID) -> dict[str, Any]:
    """Write to everybody on a list who may be invited; the same list again reaches nobody twice."""
    ctx = current_context()
    find_space(ctx, space_id)
    return as_fates(invite_by_list(ctx, space_id, read_list(given.pop("list")), **given))


@api.route("/spaces/<uuid:space_id>/invitations/resend", methods=["POST"])
@signed_in
@api.response(200, ResentOut)
def resend_all(space_id: uuid.UUID) -> dict[str, Any]:
    """Send letters again that nobody answered, none within an hour of the last; at most 500."""
    return {"sent": resend_unanswered(current_context(), space_id)}


@api.route("/invitations/<uuid:invitation_id>/resend", methods=["POST"])
@signed_in
@api.response(200, InvitationOut)
def resend(invitation_id: uuid.UUID) -> dict[str, Any]:
    """Send a letter again that nobody has answered; at most once an hour."""
    ctx = current_context()
    return _invitation(ctx, resend_invitation(ctx, invitation_id))


@api.route("/invitations/<uuid:invitation_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def revoke(invitation_id: uuid.UUID) -> None:
    """Take an invitation back; who joined by it stays."""
    revoke_invitation(current_context(), invitation_id)


@api.route("/invitations/decline", methods=["POST"])
@signed_in
@api.arguments(AcceptIn)
@api.response(204)
def decline(given: dict[str, Any]) -> None:
    """Say no to a letter of invitation by its secret."""
    decline_invitation(current_context(), given["token"])


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
        "rescue_hours": row.rescue_hours,
    }


def _invitation(ctx: Context, row: Invitation) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in _STORED}, "state": state_of(row, ctx.now)}


def _member(membership: Any, who: Any) -> dict[str, Any]:
    return {
        "user": _card(who),
        "role": membership.role,
        "joined_at": membership.joined_at,
    }


def _card(row: Any) -> dict[str, Any]:
    key = getattr(row, "user_id", None) or row.id
    return {
        "id": key,
        "name": row.name,
        "pronouns": row.pronouns,
        "organisation": row.organisation,
        "place": row.place,
        "picture": picture_path(key, row.picture),
    }
