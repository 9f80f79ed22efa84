"""Inviting people into a space: the page, and the links on it. Letters: ``lists``."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, session
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from community.kernel.addresses import public_url, url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, reader, signed_in, takes, typed_form
from community.kernel.errors import Conflict, Invalid
from community.kernel.mail import sends_mail
from community.kernel.policy import require
from community.kernel.schemas import load
from community.kernel.unstored import unstored
from community.spaces.models import NOTE_LONGEST, Invitation, Role, Space
from community.spaces.operations import create_invitation, revoke_invitation
from community.spaces.pages.blueprint import pages
from community.spaces.policy import Grant, may_grant, may_invite, may_resend_invitation
from community.spaces.queries import (
    joining,
    joining_words,
    letters_of,
    open_invitations,
    rail,
    space_by_slug,
    tally,
)
from community.spaces.rules import (
    LETTER_DAYS,
    LIST_LONGEST,
    MAX_DAYS,
    MAX_LINES,
    MAX_USES,
    OVER,
    ROLE_NAMES,
    State,
    rest_of,
    state_of,
)
from community.spaces.schemas import DEFAULT_DAYS, DEFAULT_USES, InvitationIn

INVITATION = InvitationIn()
FRESH = "fresh_invitation"  # of a session: the space and the secret of a link not shown yet


@pages.route("/spaces/<slug>/invite")
@signed_in
def inviting(slug: str) -> AnyResponse:
    """Show how to invite people into a space, and the invitations there are."""
    ctx = current_context()
    space = invited_into(ctx, slug)
    link = _fresh_link(space)
    return unstored(inviting_page(ctx, space, link=link)) if link else inviting_page(ctx, space)


def invited_into(ctx: Context, slug: str) -> Space:
    """Return a space the actor may invite into; raises NotFound, or Forbidden."""
    space = space_by_slug(ctx, slug)
    require(may_invite, ctx, space)
    return space


def inviting_page(
    ctx: Context, space: Space, *, text: str | None = None, status: int = 200, **more: Any
) -> Response:
    """``more``: errors, problem (what was refused), link (a fresh one, shown once), typed.

    ``text``: the list, where it is not what the form holds.
    """
    told = joining(space.id)
    refusal = joining_words(told, reader().language, ctx.now).refusal
    show = "answered" if request.args.get("show") == "answered" else "waiting"
    letters = letters_of(ctx, space.id, answered=show == "answered", page=request.args.get("page"))
    html = render_template(
        "spaces/inviting.html",
        space=space,
        role_names=ROLE_NAMES,
        roles=[
            (role.value, str(ROLE_NAMES[role]))
            for role in Role
            if may_grant(ctx, Grant(space.id, role))
        ],
        links=open_invitations(ctx, space.id),
        letters=[letter_line(ctx, *row) for row in letters.items],
        tally=tally(ctx, space.id),
        show=show,
        next_url=_page_url(space, show, letters.next),
        previous_url=_page_url(space, show, letters.previous),
        typed={
            **{name: request.form.get(name, "") for name in ("list", "note", "beyond")},
            **({} if text is None else {"list": text}),
            "role": request.form.get("role", Role.MEMBER.value),
            "days": request.form.get("days", DEFAULT_DAYS),
            "max_uses": request.form.get("max_uses", _uses_for(told.seats)),
        },
        joining=told,
        refusal=refusal,
        limits={
            "days": MAX_DAYS,
            "uses": MAX_USES,
            "lines": MAX_LINES,
            "file": LIST_LONGEST // 1000,
            "note": NOTE_LONGEST,
            "answer": LETTER_DAYS,
        },
        **{"errors": {}, "problem": "", "link": "", **more},
    )
    return make_response(html, status)


_BECAME: Mapping[State, tuple[str, LazyString, str | None]] = {
    State.ACCEPTED: ("ok", _l("Accepted by %(name)s"), "answered_at"),
    State.REVOKED: ("", _l("Taken back"), "revoked_at"),
    State.DECLINED: ("", _l("Said no"), "declined_at"),
    State.USED_UP: ("", _l("Used up"), None),
    State.REFUSED: ("bad", _l("There is no such mailbox"), "refused_at"),
    State.EXPIRED: ("", _l("Ran out without an answer"), "expires_at"),
    State.UNSENT: ("", _l("On its way"), "last_sent_at"),
    State.OPEN: ("", _l("Sent"), "last_sent_at"),
}
"""In which tone and words the list says what became of a letter, and which time stands beside."""
_POSTED = frozenset({State.UNSENT, State.OPEN})  # said otherwise where no mail is sent


def letter_line(
    ctx: Context, invitation: Invitation, answerer: str | None, belongs: bool
) -> dict[str, Any]:
    """Return a letter as the list shows it; ``words`` say what became of it, ``at`` when."""
    state = state_of(invitation, ctx.now)
    if belongs and state not in OVER:
        tone, words, at = "ok", _("Belongs here by now, by another way"), None
    else:
        tone, said, since = _BECAME[state]
        if state in _POSTED and not sends_mail():
            said = _l("Not sent; written")
        words, at = str(said) % {"name": answerer}, since and getattr(invitation, since)
    return {
        "id": invitation.id,
        "who": invitation.name or invitation.email,
        "email": invitation.email if invitation.name else "",
        "role": ROLE_NAMES[invitation.role],
        "tone": tone,
        "words": words,
        "at": at,
        "times": invitation.sent_count,
        "waiting": state not in OVER,
        "resendable": state not in OVER
        and not belongs
        and may_resend_invitation(ctx, invitation)
        and not rest_of(invitation, ctx.now),
    }


def _page_url(space: Space, show: str, bookmark: str | None) -> str | None:
    if not bookmark:
        return None
    return url_for("spaces.inviting", slug=space.slug, show=show, page=bookmark)


def _uses_for(seats: int | None) -> int:
    """Return for how many a link is offered: as many as there are free seats, 1 or more."""
    return DEFAULT_USES if seats is None else max(1, min(seats, MAX_USES))


# ------------------------------------------------------------------ links


@pages.route("/spaces/<slug>/invitations", methods=["GET", "POST"])
@signed_in
@takes("role", "days", "max_uses")
def invite(slug: str) -> AnyResponse:
    """Make an invitation link; the page of inviting shows it, once.

    Until then its secret is nowhere but in the session of the browser that made it: the database
    keeps a digest, and an answer that is the page itself would make another when it is reloaded.
    """
    ctx = current_context()
    space = invited_into(ctx, slug)
    if request.method == "GET":  # the address of a refusal, asked for again
        return redirect(url_for("spaces.inviting", slug=slug) + "#link", 303)
    try:
        invitation, token = create_invitation(ctx, space.id, **load(INVITATION, typed_form()))
    except Invalid as error:
        return inviting_page(ctx, space, errors=error.fields, status=422)
    except Conflict as error:
        return inviting_page(ctx, space, problem=error.message, status=409)
    session[FRESH] = {"space": invitation.space_id.hex, "token": token}
    return unstored(redirect(url_for("spaces.inviting", slug=slug), 303))


def _fresh_link(space: Space) -> str:
    """Return the link this browser has just made into ``space``, and forget it; "" for none."""
    fresh = session.get(FRESH)
    if fresh is None or fresh["space"] != space.id.hex:
        return ""
    del session[FRESH]
    return public_url("spaces.join", token=fresh["token"])


@pages.route("/invitations/<uuid:invitation_id>/revoke", methods=["POST"])
@signed_in
def revoke(invitation_id: uuid.UUID) -> AnyResponse:
    """Take an invitation back."""
    ctx = current_context()
    invitation = revoke_invitation(ctx, invitation_id)
    flash(_("That invitation does not let anybody in any more."), "success")
    return redirect(way_back(ctx, invitation.space_id), 303)


def way_back(ctx: Context, space_id: uuid.UUID) -> str:
    """Return the address of a space's invitations, for whoever still belongs to it; else home."""
    slug = next((row.slug for row in rail(ctx) if row.id == space_id), None)
    return url_for("home.week") if slug is None else url_for("spaces.inviting", slug=slug)
