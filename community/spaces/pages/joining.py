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

from community.accounts.operations import open_sign_in
from community.accounts.queries import who_is_in
from community.accounts.rules import hash_password
from community.accounts.schemas import RegisterIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.doors import current_context, public, reader, takes
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.http import let_in, limiter
from community.kernel.keys import new_key
from community.kernel.localtime import zone_options
from community.kernel.schemas import load
from community.kernel.threads import in_thread
from community.spaces.models import Role
from community.spaces.operations import (
    accept_invitation,
    register_and_join,
)
from community.spaces.pages.blueprint import pages, typed_form, unstored
from community.spaces.queries import (
    Link,
    facilitators,
    joining,
    link_behind,
)
from community.spaces.schemas import (
    ROLE_NAMES,
    ROLE_WORDS,
)

REGISTER = RegisterIn()
PER_ADDRESS = "60 per minute"  # a whole class joins from one address


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
    given = load(REGISTER, typed_form())
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
    return unstored(make_response(html, status))


def _no_way_in() -> Response:
    """Answer any link that does not work, for whatever reason, in the same words."""
    return unstored(make_response(render_template("spaces/no_way_in.html"), 404))
