"""Where an invitation link leads, and the way in."""

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

from community.accounts.models import RegistrationMode
from community.accounts.operations import hash_of_new
from community.accounts.pages import LETTERS, ask_newcomer, come_in, typed_address
from community.accounts.queries import registration_mode
from community.accounts.rules import fold_email
from community.accounts.schemas import RegisterIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, public, reader, takes, typed_form
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.feature import JoiningWords
from community.kernel.http import limiter
from community.kernel.keys import new_key
from community.kernel.localtime import zone_options
from community.kernel.schemas import load
from community.kernel.unstored import unstored
from community.spaces.models import Role
from community.spaces.operations import (
    accept_invitation,
    decline_invitation,
    register_and_join,
)
from community.spaces.pages.blueprint import pages
from community.spaces.queries import (
    Link,
    facilitators,
    joining,
    joining_words,
    link_behind,
)
from community.spaces.rules import ROLE_NAMES, ROLE_WORDS

REGISTER = RegisterIn()
PER_ADDRESS = "60 per minute"  # a whole class joins from one address


def _is_member() -> bool:
    return current_context().actor_id is not None  # they type no address, and get no letter


@pages.route("/join/<token>", methods=["GET", "POST"])
@public
@takes("name", "email", "password", "zone")
@limiter.limit(PER_ADDRESS, methods=["POST"])
@limiter.limit(LETTERS, key_func=typed_address, methods=["POST"], exempt_when=_is_member)
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
    if link.used_up or (ctx.actor_id is None and _refusal(link)):
        return _join_page(link, token, status=409)
    try:
        if ctx.actor_id is None:
            return _register(ctx, link, token)
        accept_invitation(ctx, token)
    except Invalid as error:
        return _join_page(link, token, errors=error.fields, status=422)
    except NotFound:
        return _no_way_in()
    except Conflict as error:
        return _refused(link, token, error)
    flash(_("Welcome to %(space)s.", space=link.space_name), "success")
    return redirect(url_for("home.space", slug=link.slug), 303)


@pages.route("/join/<token>/decline", methods=["GET", "POST"])
@public
@limiter.limit(PER_ADDRESS, methods=["POST"])
def decline(token: str) -> AnyResponse:
    """Say no to a letter, with or without an account; its page still lets one think again."""
    ctx = current_context()
    link = link_behind(ctx, token)
    if link is None or not link.personal:
        return _no_way_in()
    if request.method == "GET" or link.member:
        return redirect(url_for("spaces.join", token=token), 303)
    try:
        decline_invitation(ctx, token)
    except NotFound:
        return _no_way_in()
    return unstored(redirect(url_for("spaces.join", token=token), 303))


def _register(ctx: Context, link: Link, token: str) -> AnyResponse:
    """Take somebody new: at once by a letter to their address, else by a letter that proves it.

    Whoever holds a link and types an address hears the same whether it has an account or not.
    """
    here = url_for("home.space", slug=link.slug)
    if not link.personal or fold_email(request.form.get("email", "")) != link.email:
        return ask_newcomer(invitation_id=link.id, onward=here)
    given = load(REGISTER, typed_form())
    password_hash = hash_of_new(given.pop("password"), personal=(given["name"], given["email"]))
    newcomer = Context.begin(new_key(), origin=ctx.origin, request_id=ctx.request_id)
    register_and_join(
        newcomer, token, password_hash=password_hash, language=reader().language, **given
    )
    answer = come_in(newcomer.person, onward=here)  # begins a session
    flash(_("Welcome to %(space)s.", space=link.space_name), "success")
    return answer


def _refused(link: Link, token: str, error: Conflict) -> Response:
    """Say why somebody did not get in; who has an account only the reader of a letter hears."""
    return _join_page(link, token, problem=error.message, status=409)


def _refusal(link: Link) -> str:
    return _words(link).refusal if link.role is Role.MEMBER else ""


def _words(link: Link) -> JoiningWords:
    return joining_words(joining(link.space_id), reader().language, current_context().now)


def _join_page(link: Link, token: str, *, status: int = 200, **more: Any) -> Response:
    """``more``: errors, problem (what was refused); no seat is a problem before any other."""
    typed, stranger = request.form, current_context().actor_id is None
    zone = typed.get("zone", reader().zone)
    told = _words(link)
    asked = {"name": link.name, "email": link.email}
    refusal = told.refusal if link.role is Role.MEMBER else ""
    if not refusal and link.used_up:
        refusal = _("Everybody this link was for has joined.")
    if refusal:
        more["problem"] = _(
            "%(refusal)s Ask %(name)s, who invited you.", refusal=refusal, name=link.inviter
        )
    html = render_template(
        "spaces/join.html",
        link=link,
        token=token,
        here=url_for("spaces.join", token=token),
        role_name=ROLE_NAMES[link.role],
        role_words=ROLE_WORDS[link.role],
        zones=zone_options(zone),
        typed={name: typed.get(name, known) for name, known in asked.items()},
        zone=zone,
        newcomers=not stranger or registration_mode() is not RegistrationMode.CLOSED,
        zone_said="zone" in typed,
        facts=told.facts,
        facilitators=facilitators(link.space_id),
        over=link.role is Role.MEMBER and joining(link.space_id).over and not typed,
        may_join=not refusal or (stranger and request.method == "POST"),  # what was typed stays
        **{"errors": {}, "problem": "", **more},
    )
    return unstored(make_response(html, status))


def _no_way_in() -> Response:
    """Answer any link that does not work, for whatever reason, in the same words."""
    return unstored(make_response(render_template("spaces/no_way_in.html"), 404))
