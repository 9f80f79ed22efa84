"""Accounts: found, shut out, let in, given and relieved of the office."""

import uuid
from collections.abc import Callable, Mapping

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.models import User
from community.accounts.operations import (
    appoint_administrator,
    dismiss_administrator,
    switch_off_account,
    switch_on_account,
)
from community.accounts.rules import SEARCH_LONGEST
from community.administration import queries
from community.administration.pages.blueprint import pages, tabs
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.db import values_of
from community.kernel.doors import (
    administrators_only,
    current_context,
    recently_proved,
    signed_in,
    takes,
)
from community.kernel.errors import Conflict, Invalid

ACTS: Mapping[str, tuple[Callable[[Context, uuid.UUID], User], object]] = {
    "switch-off": (switch_off_account, _l("%(name)s is shut out.")),
    "switch-on": (switch_on_account, _l("%(name)s can sign in again.")),
    "appoint": (appoint_administrator, _l("%(name)s is an administrator now.")),
    "dismiss": (dismiss_administrator, _l("%(name)s is no administrator any more.")),
}


@pages.route("/people")
@signed_in
@administrators_only
def accounts() -> AnyResponse:
    """List all accounts, or those that are looked for."""
    return _page()


@pages.route(
    "/people/<uuid:user_id>/<any('switch-off', 'switch-on', appoint, dismiss):act>",
    methods=["POST"],
)
@signed_in
@administrators_only
@recently_proved
@takes()
def change_account(user_id: uuid.UUID, act: str) -> AnyResponse:
    """Do one thing to one account, and say that it is done."""
    ctx = current_context()
    do, words = ACTS[act]
    try:
        user = do(ctx, user_id)
    except Conflict as error:
        return _page(error.message, 409)
    flash(str(words) % {"name": user.name}, "success")
    return redirect(url_for("administration.accounts"), 303)


def _page(problem: str = "", status: int = 200) -> Response:
    ctx = current_context()
    search = request.args.get("q", "").strip()
    if len(search) > SEARCH_LONGEST:
        message = _("This is too long to look for.")
        raise Invalid(message, fields={"q": [message]})
    found = queries.accounts(ctx, search=search, page=request.args.get("page"))
    html = render_template(
        "administration/people.html",
        tabs=tabs("administration.accounts"),
        people=[values_of(row) for row in found.items],
        search=search,
        me=ctx.actor_id,
        problem=problem,
        next_url=_at(search, found.next),
        previous_url=_at(search, found.previous),
    )
    return make_response(html, status)


def _at(search: str, bookmark: str | None) -> str | None:
    if bookmark is None:
        return None
    return url_for("administration.accounts", page=bookmark, **({"q": search} if search else {}))
