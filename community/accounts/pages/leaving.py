"""Taking one's data along, and deleting one's account."""

from flask import Response, flash, make_response, redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.operations import delete_account, hinders
from community.accounts.pages.blueprint import pages
from community.kernel.doors import current_context, recently_proved, signed_in, takes
from community.kernel.errors import Conflict
from community.kernel.http import limiter
from community.kernel.installed import installed
from community.kernel.json import dumps_readable
from community.kernel.unstored import unstored

DOWNLOADS = "6 per hour"  # each reads all that there is about somebody


@pages.route("/me/data")
@signed_in
def data() -> AnyResponse:
    """Say what is kept about one, how to have it, and how to leave."""
    return _page()


@pages.route("/me/data.json")
@signed_in
@recently_proved
@limiter.limit(DOWNLOADS)
def download() -> AnyResponse:
    """Give all that every feature holds about the person, as one file."""
    ctx = current_context()
    told = {
        feature.name: feature.personal.export(ctx)
        for feature in installed().features
        if feature.personal is not None
    }
    answer = Response(dumps_readable(told), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return unstored(answer)


@pages.route("/me/delete", methods=["GET", "POST"])
@signed_in
@recently_proved
@takes("sure")
def delete() -> AnyResponse:
    """Say what goes and what stays, ask once, and delete the account."""
    ctx = current_context()
    if request.method == "GET":
        return _delete_page()
    if request.form.get("sure") != "1":
        return _delete_page(_("Tick the box to say that you mean it."), 422)
    try:
        delete_account(ctx)
    except Conflict as error:
        return _delete_page(error.message, 409)
    session.clear()
    flash(_("Your account is deleted. Thank you for the time you were here."), "success")
    answer = make_response(redirect("/", 303))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return unstored(answer)


def _page() -> Response:
    return make_response(render_template("accounts/data.html"))


def _delete_page(problem: str = "", status: int = 200) -> Response:
    stays = [
        feature.personal.stays
        for feature in installed().features
        if feature.personal is not None and feature.personal.stays
    ]
    html = render_template(
        "accounts/delete.html", stays=stays, hinders=hinders(current_context()), problem=problem
    )
    return make_response(html, status)
