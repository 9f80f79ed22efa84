"""The people of a space, and the way in by an invitation link."""

import itertools
import uuid
from typing import Any, TypeVar

from flask import (
    Blueprint,
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

from community.accounts.operations import open_sign_in
from community.accounts.queries import who_is_in
from community.accounts.rules import hash_password
from community.accounts.schemas import RegisterIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.doors import current_context, public, reader, signed_in, takes
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.feature import Joining
from community.kernel.frame import Frame, FrameSpace, Person
from community.kernel.http import let_in, limiter
from community.kernel.installed import installed
from community.kernel.keys import new_key
from community.kernel.localtime import zone_options
from community.kernel.policy import abilities
from community.kernel.schemas import load
from community.kernel.threads import in_thread
from community.spaces.models import Role, Space
from community.spaces.operations import (
    accept_invitation,
    change_role,
    create_invitation,
    register_and_join,
    remove_member,
    revoke_invitation,
)
from community.spaces.policy import (
    Grant,
    may_change_role,
    may_grant,
    may_invite,
    may_remove_member,
)
from community.spaces.queries import (
    Link,
    facilitators,
    joining,
    link_behind,
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
    ROLE_WORDS,
    InvitationIn,
    RoleIn,
)

R = TypeVar("R", bound=AnyResponse)

pages = Blueprint("spaces", __name__)

ROLE = RoleIn()
INVITATION = InvitationIn()
REGISTER = RegisterIn()
OF_MEMBER = {"change": may_change_role, "remove": may_remove_member}
PER_ADDRESS = "60 per minute"  # a whole class joins from one address
FRESH = "fresh_invitation"  # of a session: the space and the secret of a link not shown yet


# ------------------------------------------------------------------ the people page


@pages.route("/spaces/<slug>/people", endpoint="people")
@signed_in
def people_page(slug: str) -> AnyResponse:
    """Show who belongs to a space; to organisers also the invitations into it."""
    space = space_by_slug(current_context(), slug)
    link = _fresh_link(space)
    return _unstored(_people_page(space, link=link)) if link else _people_page(space)


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
        change_role(ctx, space.id, user_id, **load(ROLE, _typed()))
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
        invitation, token = create_invitation(ctx, space.id, **load(INVITATION, _typed()))
    except Invalid as error:
        return _people_page(space, errors=error.fields, status=422)
    except Conflict as error:
        return _people_page(space, problem=error.message, status=409)
    session[FRESH] = {"space": invitation.space_id.hex, "token": token}
    return _unstored(redirect(url_for("spaces.people", slug=slug), 303))


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


# ------------------------------------------------------------------ joining


@pages.route("/join/<token>", methods=["GET", "POST"])
@public
@takes("name", "email", "password", "zone")
@limiter.limit(PER_ADDRESS, methods=["POST"])
def join(token: str) -> AnyResponse:
    """Say where an invitation leads; join by it, signed in or by making an account."""
    ctx = current_context()
    link = link_behind(ctx, token)
    if link is None:
        return _no_way_in()
    if link.member:
        return redirect(url_for("home.space", slug=link.slug), 303)
    if request.method == "GET":
        return _join_page(link, token)
    try:
        if ctx.actor_id is not None:
            accept_invitation(ctx, token)
        else:
            _register(ctx, token)
    except Invalid as error:
        return _join_page(link, token, errors=error.fields, status=422)
    except NotFound:
        return _no_way_in()
    except Conflict as error:
        return _refused(link, token, error)
    flash(_("Welcome to %(space)s.", space=link.space_name), "success")
    return redirect(url_for("home.space", slug=link.slug), 303)


def _register(ctx: Context, token: str) -> None:
    given = load(REGISTER, _typed())
    db.session.close()  # hashing takes long: hold no connection meanwhile
    password_hash = in_thread(hash_password, given.pop("password"))
    newcomer = Context.begin(new_key(), origin=ctx.origin, request_id=ctx.request_id)
    register_and_join(
        newcomer, token, password_hash=password_hash, language=reader().language, **given
    )
    let_in(who_is_in(open_sign_in(newcomer)))


def _refused(link: Link, token: str, error: Conflict) -> Response:
    """Say why somebody did not get in, without telling strangers who has an account.

    Whoever holds a working link and registers an address that is free gets an account: that this
    differs from an address that is taken cannot be hidden without mail to confirm it. But that
    probe is not free of charge (it uses the link up, makes an account, is logged and limited), and
    every probe that costs nothing gets one and the same answer: where no seat is free the page says
    so whatever was typed, else an address that is taken and a race that was lost read alike. So the
    words name both, and no field is marked.
    """
    problem = error.message
    if current_context().actor_id is None:
        problem = _(
            "We could not let you in with these details. If you already have an account, sign in"
            " below instead. Otherwise ask whoever invited you."
        )
    return _join_page(link, token, problem=problem, status=409)


def _join_page(link: Link, token: str, *, status: int = 200, **more: Any) -> Response:
    """``more``: errors, problem (what was refused); no seat is a problem before any other."""
    typed, stranger = request.form, current_context().actor_id is None
    zone = typed.get("zone", reader().zone)
    told = joining(link.space_id)
    refusal = told.refusal if link.role is Role.MEMBER else ""
    if refusal:
        more["problem"] = _(
            "%(refusal)s Ask %(name)s, who invited you.", refusal=refusal, name=link.inviter
        )
    html = render_template(
        "spaces/join.html",
        link=link,
        here=url_for("spaces.join", token=token),
        role_name=ROLE_NAMES[link.role],
        role_words=ROLE_WORDS[link.role],
        zones=zone_options(zone),
        typed={name: typed.get(name, "") for name in ("name", "email")},
        zone=zone,
        facts=told.facts,
        facilitators=facilitators(link.space_id),
        may_join=not refusal or (stranger and request.method == "POST"),  # what was typed stays
        **{"errors": {}, "problem": "", **more},
    )
    return _unstored(make_response(html, status))


def _no_way_in() -> Response:
    """Answer any link that does not work, for whatever reason, in the same words."""
    return _unstored(make_response(render_template("spaces/no_way_in.html"), 404))


# ------------------------------------------------------------------ the frame


def contribute(ctx: Context, frame: Frame) -> None:
    """Put the actor's spaces into the rail; where they lead to is said above."""
    frame.spaces = [FrameSpace(row.id, row.slug, row.name) for row in rail(ctx)]


def _typed() -> dict[str, str]:
    """Return the form as it was filled in, without what is not the form's."""
    return {name: text for name, text in request.form.items() if name != "csrf_token"}


def _unstored(response: R) -> R:
    """Keep a page that holds a secret out of every cache."""
    response.headers["Cache-Control"] = "no-store"
    return response
