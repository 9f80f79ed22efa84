"""Inviting by list: what would become of each line, the letters, and sending them again."""

import uuid
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, reader, signed_in, takes, takes_file, typed_form
from community.kernel.errors import Conflict, Invalid, TooMany
from community.kernel.localtime import ago
from community.kernel.mail import sends_mail
from community.kernel.schemas import load
from community.spaces.models import Space
from community.spaces.operations import invite_by_list, resend_invitation, resend_unanswered
from community.spaces.pages.blueprint import pages
from community.spaces.pages.inviting import invited_into, inviting_page, way_back
from community.spaces.queries import fates
from community.spaces.rules import (
    LIST_LONGEST,
    ROLE_NAMES,
    Fate,
    Judged,
    read_bytes,
    read_list,
    write_list,
)
from community.spaces.schemas import ListIn

LIST = ListIn()
FIELDS = ("list", "role", "note", "beyond")


def _may_invite(slug: str) -> None:
    """Raise for who may not invite into a space; asked before a file is read."""
    invited_into(current_context(), slug)


@pages.route("/spaces/<slug>/invite/check", methods=["GET", "POST"])
@signed_in
@takes(*FIELDS, "edit")
@takes_file("file", most=LIST_LONGEST, check=_may_invite)
def check_list(slug: str) -> AnyResponse:
    """Say what would become of each line of a list, or go back to it; nothing is sent yet."""
    ctx = current_context()
    space = invited_into(ctx, slug)
    if request.method == "GET":  # asked for again, without the list
        return redirect(url_for("spaces.inviting", slug=slug), 303)
    typed = typed_form()
    if typed.pop("edit", ""):
        return inviting_page(ctx, space)
    try:
        typed["list"] = _list_of_form()
        given = load(LIST, typed)
        judged = fates(
            ctx, space.id, read_list(given["list"]), role=given["role"], beyond=given["beyond"]
        )
    except Invalid as error:
        return inviting_page(ctx, space, errors=error.fields, text=typed.get("list"), status=422)
    except Conflict as error:
        return inviting_page(ctx, space, problem=error.message, text=typed["list"], status=409)
    return _checked(ctx, space, judged, given)


def _list_of_form() -> str:
    """Return the list that was pasted, or what we use of the file that was chosen instead."""
    pasted, sent = request.form.get("list", ""), request.files.get("file")
    if not sent or not sent.filename:
        return pasted
    if pasted.strip():
        message = _("Paste a list or choose a file, not both.")
        raise Invalid(message, fields={"file": [message]})
    text = read_bytes(sent.read(LIST_LONGEST + 1))
    try:
        return write_list(read_list(text))
    except Invalid as error:
        raise Invalid(error.message, fields={"file": error.fields["list"]}) from error


def _checked(ctx: Context, space: Space, judged: list[Judged], given: dict[str, Any]) -> Response:
    lines = [
        {
            "line": one.entry.line,
            "who": one.entry.name,
            "address": one.entry.email or one.entry.written,
            "words": _words(ctx, one),
            "sent": one.fate is Fate.INVITE,
        }
        for one in judged
    ]
    full = any(one.fate is Fate.NO_SEAT for one in judged)
    html = render_template(
        "spaces/checked.html",
        space=space,
        lines=lines,
        invited=sum(one.fate is Fate.INVITE for one in judged),
        full=full,
        role_name=ROLE_NAMES[given["role"]],
        sent=write_list([one.entry for one in judged]),
        given={**given, "role": given["role"].value, "beyond": "1" if given["beyond"] else ""},
    )
    return make_response(html)


def _words(ctx: Context, one: Judged) -> str:
    """Return what becomes of a line, in words."""
    since = ago(one.since, ctx.now, reader().language) if one.since else ""
    role = str(ROLE_NAMES.get(one.role, ""))
    words: dict[Fate, str] = {
        Fate.INVITE: _("Will be invited as %(role)s", role=role.lower()),
        Fate.NO_ADDRESS: _("This is not an address")
        if "@" in one.entry.written
        else _("There is no address on this line"),
        Fate.TWICE: _("Is on this list already, further up"),
        Fate.MEMBER: _("Is a member already"),
        Fate.INVITED: _("Is invited already, %(ago)s", ago=since),
        Fate.DECLINED: _("Said no %(ago)s, and is not asked again", ago=since),
        Fate.UNKNOWN_ROLE: _("Has a role we do not know"),
        Fate.ABOVE: _("Would stand above your own role"),
        Fate.NO_SEAT: _("Has no seat left"),
    }
    return words[one.fate]


@pages.route("/spaces/<slug>/invite/send", methods=["POST"])
@signed_in
@takes(*FIELDS)
def send_list(slug: str) -> AnyResponse:
    """Write to those on a list who may be invited."""
    ctx = current_context()
    space = invited_into(ctx, slug)
    try:
        given = load(LIST, typed_form())
        judged = invite_by_list(ctx, space.id, read_list(given.pop("list")), **given)
    except Invalid as error:
        return inviting_page(ctx, space, errors=error.fields, status=422)
    except (Conflict, TooMany) as error:
        return inviting_page(ctx, space, problem=error.message, status=error.status)
    sent = sum(one.fate is Fate.INVITE for one in judged)
    if sent:
        flash(_written(sent), "success")
    else:
        flash(_("Everybody on this list was written to before, or belongs here."), "info")
    return redirect(url_for("spaces.inviting", slug=slug) + "#letters", 303)


def _written(count: int) -> str:
    """Return what became of the invitations that were written."""
    if sends_mail():
        words = ngettext(
            "%(num)d invitation is on its way.", "%(num)d invitations are on their way.", count
        )
    else:
        words = ngettext(
            "%(num)d invitation is written. No mail is sent: it is kept on the server.",
            "%(num)d invitations are written. No mail is sent: they are kept on the server.",
            count,
        )
    return str(words)


def _again(count: int) -> str:
    if sends_mail():
        words = ngettext("%(num)d letter is sent again.", "%(num)d letters are sent again.", count)
    else:
        words = ngettext(
            "%(num)d letter is written again. No mail is sent: it is kept on the server.",
            "%(num)d letters are written again. No mail is sent: they are kept on the server.",
            count,
        )
    return str(words)


@pages.route("/spaces/<slug>/invite/resend", methods=["POST"])
@signed_in
def resend_all(slug: str) -> AnyResponse:
    """Send every letter again that nobody has answered."""
    ctx = current_context()
    space = invited_into(ctx, slug)
    try:
        sent = resend_unanswered(ctx, space.id)
    except (Conflict, TooMany) as error:
        return inviting_page(ctx, space, problem=error.message, status=error.status)
    if sent:
        flash(_again(sent), "success")
    else:
        flash(_("Everybody who has not answered was written to within the hour."), "info")
    return redirect(url_for("spaces.inviting", slug=slug) + "#letters", 303)


@pages.route("/invitations/<uuid:invitation_id>/resend", methods=["POST"])
@signed_in
def resend(invitation_id: uuid.UUID) -> AnyResponse:
    """Send a letter again."""
    ctx = current_context()
    invitation = resend_invitation(ctx, invitation_id)
    who = invitation.name or invitation.email
    words = (
        _("The letter to %(who)s is sent again.", who=who)
        if sends_mail()
        else _("The letter to %(who)s is written again, and kept on the server.", who=who)
    )
    flash(words, "success")
    return redirect(way_back(ctx, invitation.space_id) + "#letters", 303)
