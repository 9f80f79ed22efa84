"""What holds for the whole site: what can be changed here, and what the machine's settings say."""

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.models import RegistrationMode
from community.accounts.operations import change_site
from community.accounts.queries import registration_mode
from community.administration.pages.blueprint import pages, tabs
from community.administration.schemas import SiteIn
from community.kernel.addresses import url_for
from community.kernel.doors import (
    administrators_only,
    current_context,
    recently_proved,
    signed_in,
    takes,
)
from community.kernel.errors import Invalid
from community.kernel.installed import installed
from community.kernel.schemas import load

SITE = SiteIn()
MODES = [
    (RegistrationMode.OPEN.value, _l("Anybody"), _l("Who proves an address has an account.")),
    (RegistrationMode.INVITATION.value, _l("Whoever is invited"), _l("By a link or a letter.")),
    (RegistrationMode.CLOSED.value, _l("Nobody"), _l("Invitations are for those who are here.")),
]


@pages.route("/settings", methods=["GET", "POST"])
@signed_in
@administrators_only
@recently_proved
@takes("registration")
def site() -> AnyResponse:
    """Show the settings, and take changes to them."""
    ctx = current_context()
    if request.method == "GET":
        return _page({}, 200)
    try:
        change_site(ctx, **load(SITE, {"registration": request.form.get("registration", "")}))
    except Invalid as error:
        return _page(error.fields, 422)
    flash(_("Saved."), "success")
    return redirect(url_for("administration.site"), 303)


def _page(errors: dict[str, object], status: int) -> Response:
    settings = installed().settings
    facts = [
        (_("Network"), settings.network_name),
        (_("Address"), settings.base_url),
        (_("Database"), "SQLite" if settings.embedded else "PostgreSQL"),
        (_("Letters"), _("through a server") if settings.smtp_url else _("kept as files only")),
        (_("Default time zone"), settings.default_zone),
    ]
    html = render_template(
        "administration/site.html",
        tabs=tabs("administration.site"),
        modes=MODES,
        mode=registration_mode().value,
        facts=facts,
        errors=errors,
    )
    return make_response(html, status)
