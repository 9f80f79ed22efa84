"""Choosing what reaches one: signed in, or by the link at the foot of a letter."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from community.correspondence.operations import (
    add_device,
    choose,
    choose_defaults,
    remove_device,
    resume_letters,
    stop_letters,
)
from community.correspondence.queries import Preferences, behind, devices, preferences, stopped
from community.correspondence.rules import OFFERED, Channel, Choice, Topic, default
from community.correspondence.schemas import CHANNELS, CHOICES, KINDS, TOPICS, DeviceIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import (
    by_secret,
    current_context,
    public,
    reader,
    signed_in,
    takes,
    typed_form,
)
from community.kernel.errors import Invalid, NotFound
from community.kernel.frame import Frame, Group, NavItem
from community.kernel.http import limiter
from community.kernel.pages import part_of
from community.kernel.push import public_key, pushes
from community.kernel.resources import resource
from community.kernel.schemas import load
from community.kernel.unstored import unstored

pages = Blueprint("correspondence", __name__)

ONE_CLICK = "List-Unsubscribe"  # RFC 8058: what a mail program posts
PER_SOURCE = "120 per minute"  # a mail provider speaks for many
RESET = "as_at_the_start"
DEVICE = DeviceIn()
WORKER = resource("static") / "worker" / "push.js"
SAID = 8  # changes that are told one by one: the cookie that carries them is small
FIELDS = {
    f"{topic}-{channel}": (topic, channel, choices)
    for topic, by in OFFERED.items()
    for channel, choices in by.items()
    if len(choices) > 1
}
"""The fields of the form: a choice of two is a box to tick, one of three a list."""


@pages.route("/me/letters", methods=["GET", "POST"])
@signed_in
@takes(*FIELDS, RESET)
def letters() -> AnyResponse:
    """Show what reaches one, and take changes to it."""
    ctx = current_context()
    if request.method == "POST":
        wanted = _typed()
        changed = choose_defaults(ctx) if RESET in request.form else choose(ctx, wanted)
        flash(_said(changed), "success")
        return redirect(url_for("correspondence.letters"), 303)
    chosen = preferences(ctx)
    html = render_template(
        "correspondence/letters.html",
        rows=[_row(topic, chosen) for topic in TOPICS],
        channels={each: name for each, name in CHANNELS.items() if pushes() or each != "push"},
        devices=devices(ctx) if pushes() else None,
        here=reader().sign_in_id,
        key=public_key(),
        choices=CHOICES,
        changed=any(choice is not default(*key) for key, choice in chosen.items()),
        when=part_of("letters.when", ctx, None),
    )
    return make_response(html)


def _typed() -> Preferences:
    """Return what the form says; raises Invalid for what it cannot say."""
    wanted: dict[tuple[Topic, Channel], Choice] = {}
    wrong = [RESET] * (request.form.get(RESET, "1") != "1")
    for name, (topic, channel, choices) in FIELDS.items():
        if channel is Channel.PUSH and not pushes():
            continue
        said = request.form.get(name)
        if len(choices) == 2:
            said = {None: Choice.OFF, "1": Choice.ON}.get(said)
        elif said is None:
            continue
        if said in choices:
            wanted[topic, channel] = Choice(said)
        else:
            wrong.append(name)
    if wrong:
        message = _("This cannot be read.")
        raise Invalid(message, fields={name: [message] for name in wrong})
    return wanted


def _said(changed: Preferences) -> str:
    """Say what has changed, each in words."""
    if not changed:
        return str(_("Nothing has changed."))
    lines = [
        f"{TOPICS[topic][0]} ({CHANNELS[channel]}): {CHOICES[choice]}"
        for (topic, channel), choice in list(changed.items())[:SAID]
    ]
    if more := len(changed) - len(lines):
        lines.append(ngettext("%(num)d more", "%(num)d more", more))
    items = Markup().join(Markup("<li>{}</li>").format(line) for line in lines)
    return Markup("{}<ul>{}</ul>").format(_("Changed:"), items)


def _row(topic: Topic, chosen: Preferences) -> Mapping[str, Any]:
    name, about = TOPICS[topic]
    cells = {
        channel: {
            "name": f"{topic}-{channel}",
            "choices": OFFERED[topic][channel],
            "chosen": chosen[topic, channel],
        }
        for channel in OFFERED[topic]
        if (topic, channel) in chosen
    }
    return {"key": topic, "name": name, "about": about, "cells": cells}


@pages.route("/me/devices", methods=["POST"])
@signed_in
@takes("endpoint", "p256dh", "auth")
def add() -> AnyResponse:
    """Tell the reader on the browser they sit at, which a script has asked."""
    ctx = current_context()
    add_device(ctx, reader().sign_in_id, **load(DEVICE, typed_form()))
    flash(_("You are told on this device from now on."), "success")
    return redirect(url_for("correspondence.letters", _anchor="devices"), 303)


@pages.route("/me/devices/<uuid:device_id>/remove", methods=["POST"])
@signed_in
@takes()
def remove(device_id: uuid.UUID) -> AnyResponse:
    """Tell the reader no more on a device."""
    remove_device(current_context(), device_id)
    flash(_("Nothing is told on that device any more."), "success")
    return redirect(url_for("correspondence.letters", _anchor="devices"), 303)


@pages.route("/push.js")
@public
def worker() -> AnyResponse:
    """Serve what shows messages in a browser: it stands here, for it may act for the whole site."""
    if not pushes():
        raise NotFound
    response = Response(WORKER.read_bytes(), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


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
    """Add what reaches one to one's own pages, beside the profile."""
    frame.own_pages(_own_pages)


def _own_pages() -> list[NavItem]:
    url = url_for("correspondence.letters")
    return [NavItem(_("What reaches me"), url, "mail", group=Group.NEWS)]
