"""Choosing which letters one gets: signed in, or by the link at the foot of one."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.correspondence.operations import choose_letters, resume_letters, stop_letters
from community.correspondence.queries import behind, stopped
from community.correspondence.rules import LetterKind
from community.correspondence.schemas import KINDS
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import by_secret, current_context, signed_in, takes
from community.kernel.errors import Invalid, NotFound
from community.kernel.frame import Frame, NavItem
from community.kernel.http import limiter
from community.kernel.unstored import unstored

pages = Blueprint("correspondence", __name__)

ONE_CLICK = "List-Unsubscribe"  # RFC 8058: what a mail program posts
PER_SOURCE = "120 per minute"  # a mail provider speaks for many


@pages.route("/me/letters", methods=["GET", "POST"])
@signed_in
@takes(*LetterKind)
def letters() -> AnyResponse:
    """Show the switches of one's letters, and take changes to them."""
    ctx = current_context()
    if request.method == "POST":
        _refuse_unticked()
        choose_letters(ctx, wanted={kind for kind in LetterKind if kind in request.form})
        flash(_("Saved."), "success")
        return redirect(url_for("correspondence.letters"), 303)
    off = stopped(ctx)
    switches = [(kind, *words, kind not in off) for kind, words in KINDS.items()]
    return make_response(render_template("correspondence/letters.html", switches=switches))


@pages.route("/letters/<token>", methods=["GET", "POST"])
@by_secret
@takes(ONE_CLICK, "again")
@limiter.limit(PER_SOURCE, methods=["POST"])
def by_link(token: str) -> AnyResponse:
    """Stop one kind of letter from its own foot, without signing in; and take it back.

    Looking changes nothing: mail programs look at links of themselves.
    """
    found = behind(token)
    if found is None:
        raise NotFound
    user_id, kind = found
    ctx = Context.begin(user_id, request_id=current_context().request_id)
    if request.method == "POST":
        _refuse_unticked()
        (resume_letters if "again" in request.form else stop_letters)(ctx, kind)
        if ONE_CLICK in request.form:
            return unstored(Response(status=204), by_secret=True)
        return unstored(
            redirect(url_for("correspondence.by_link", token=token), 303), by_secret=True
        )
    name, about = KINDS[kind]
    html = render_template(
        "correspondence/by_link.html", name=name, about=about, off=kind in stopped(ctx), token=token
    )
    return unstored(make_response(html), by_secret=True)


def _refuse_unticked() -> None:
    """Refuse a switch that says anything but that it is on."""
    wrong = [
        name
        for name, said in request.form.items()
        if name != "csrf_token" and said != ("One-Click" if name == ONE_CLICK else "1")
    ]
    if wrong:
        message = _("This cannot be read.")
        raise Invalid(message, fields={name: [message] for name in wrong})


def contribute(_ctx: Context, frame: Frame) -> None:
    """Add the switches to one's own pages, beside the profile."""
    frame.account.insert(
        1, NavItem(_("What reaches me"), url_for("correspondence.letters"), "mail")
    )
