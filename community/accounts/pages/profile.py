"""One's own page: who one says one is, and to whom."""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.models import AT_FIRST, Audience, User
from community.accounts.operations import change_profile
from community.accounts.pages.blueprint import pages
from community.accounts.queries import Said, account, own_profile
from community.accounts.schemas import AUDIENCES, ProfileIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes, typed_form
from community.kernel.errors import Invalid
from community.kernel.frame import Frame, Group, NavItem, Person
from community.kernel.localtime import LANGUAGES, zone_options
from community.kernel.pages import clock_in
from community.kernel.schemas import load

PROFILE = ProfileIn()
TEXTS = ("pronouns", "organisation", "place", "languages", "about")
CHOICES = tuple(f"{field}_for" for field in AT_FIRST)


@pages.route("/me", methods=["GET", "POST"])
@signed_in
@takes("name", "zone", "language", *TEXTS, *CHOICES)
def me() -> AnyResponse:
    """Show one's account, and take changes to what one says about oneself."""
    ctx = current_context()
    if request.method == "GET":
        return me_page()
    try:
        change_profile(ctx, **load(PROFILE, _nested(typed_form())))
    except Invalid as error:
        return me_page(_flat(error.fields), 422)
    flash(_("Saved."), "success")
    return redirect(url_for("accounts.me"), 303)


def _nested(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the form as the schema takes it: who sees a field stands beside the field."""
    visible = {field: typed[f"{field}_for"] for field in AT_FIRST if f"{field}_for" in typed}
    rest = {name: text for name, text in typed.items() if name not in CHOICES}
    return {**rest, "visible": visible} if visible else rest


def _flat(errors: Mapping[str, Any]) -> dict[str, Any]:
    """Return the errors by the names of the form's fields."""
    found = dict(errors)
    choices = found.pop("visible", {})
    return {**found, **{f"{field}_for": told for field, told in choices.items()}}


def me_page(errors: Mapping[str, Any] | None = None, status: int = 200) -> Response:
    """Return one's own page; what was typed is kept."""
    ctx = current_context()
    user, said, typed = account(ctx), own_profile(ctx), request.form
    html = render_template(
        "accounts/me.html",
        email=user.email,
        me=Person(user.id, user.name, said.picture),
        name=typed.get("name", user.name),
        zone=typed.get("zone", user.zone),
        language=typed.get("language", user.language),
        said={field: typed.get(field, getattr(said, field)) for field in TEXTS},
        visible={f: typed.get(f"{f}_for", said.visible[f].value) for f in AT_FIRST},
        audiences=[(audience.value, str(words)) for audience, words in AUDIENCES.items()],
        previews=_previews(ctx, said, user),
        zones=zone_options(user.zone),
        languages=list(LANGUAGES.items()),
        errors=errors or {},
    )
    return make_response(html, status)


def _previews(ctx: Context, said: Said, user: User) -> list[tuple[str, Any, Person, str]]:
    """Return what is saved as others see it: whose view, the fields, the face, the time there.

    Those who lead have a view of their own only where they see more.
    """
    everybody = said.shown_to(Audience.SPACES, user)
    leads = said.shown_to(Audience.LEADS, user)
    views = [(_("People in your spaces"), everybody)]
    if leads != everybody:
        views.append((_("Those who lead your spaces"), leads))
    return [
        (
            whose,
            seen,
            Person(user.id, user.name, seen["picture"]),
            clock_in(seen["zone"], ctx.now) if seen["zone"] else "",
        )
        for whose, seen in views
    ]


def contribute(_ctx: Context, frame: Frame) -> None:
    """Add one's own pages and the way out to the frame; features above put theirs beside."""
    frame.sign_out_url = url_for("accounts.sign_out")
    mine = url_for("accounts.me")
    frame.bar.append(NavItem(_("Me"), mine, "me"))
    frame.menu.append(NavItem(_("My account"), mine, "me"))
    frame.own_pages(_own_pages)


def _own_pages() -> list[NavItem]:
    return [
        NavItem(_("Profile"), url_for("accounts.me"), "me", group=Group.MINE),
        NavItem(
            _("Sign-in and security"), url_for("accounts.security"), "lock", group=Group.ACCESS
        ),
        NavItem(_("My data"), url_for("accounts.data"), "me", group=Group.ACCESS),
        NavItem(_("Access for programs"), url_for("accounts.tokens"), "me", group=Group.ACCESS),
    ]
