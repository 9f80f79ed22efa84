"""What templates may call, and the pages that say what went wrong."""

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeVar

from babel import Locale
from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup, escape

from community.kernel import localtime
from community.kernel.addresses import site_path, url_for
from community.kernel.assets import asset_url, built
from community.kernel.context import Context, clock
from community.kernel.doors import current_context, largest_file, reader
from community.kernel.errors import CommunityError, Invalid
from community.kernel.feature import Part
from community.kernel.files.words import size_words
from community.kernel.frame import Frame, NavItem, Person
from community.kernel.installed import installed
from community.kernel.mail import sends_mail
from community.kernel.sign_in import SignedIn

R = TypeVar("R")
KEPT = 512  # drawings of one macro that a process remembers


def configure_pages(app: Flask) -> None:
    """Give templates their few functions."""
    app.jinja_env.globals.update(
        url_for=url_for,
        site_path=site_path,
        asset_url=asset_url,
        asset_built=built,
        local_time=local_time,
        last_moment=last_moment,
        local_iso=local_iso,
        time_ago=time_ago,
        time_tag=time_tag,
        duration=localtime.duration,
        size_words=size_words,
        largest_file=largest_file,
        zone_name=lambda zone=None: localtime.zone_name(zone or reader().zone),
        page_frame=page_frame,
        kept=kept,
        choices=choices,
        space_tabs=space_tabs,
        sends_mail=sends_mail,
    )
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def _page() -> dict[str, Any]:
        language = reader().language
        return {
            "frame": page_frame(),
            "now": _now(),
            "lang": language.replace("_", "-"),
            "dir": _direction(language),
        }


@functools.cache
def _direction(language: str) -> str:
    """Return which way a language is written, as HTML has it: "ltr" or "rtl"."""
    return Locale.parse(language).text_direction


def _now() -> dt.datetime:
    ctx = g.get("context")
    return ctx.now if ctx else clock()


def kept(macro: Callable[..., R]) -> Callable[..., R]:
    """Return a macro that draws the same thing once: a page shows one icon a dozen times.

    Only for macros that read their arguments, texts and addresses of files, and nothing else; and
    only in templates that are imported without a context: else each page begins anew.
    """

    @functools.lru_cache(maxsize=KEPT)
    def drawn(_root: str, _language: str, *given: Any, **named: Any) -> R:
        return macro(*given, **named)

    def draw(*given: Any, **named: Any) -> R:
        return drawn(request.script_root, reader().language, *given, **named)

    return draw


def choices(options: Iterable[tuple[Any, Any]], value: Any) -> Markup:
    """Return the options of a select, with the one of ``value`` chosen.

    They are drawn once: there are four hundred time zones.
    """
    drawn = _choices(tuple((str(key), str(words)) for key, words in options))
    begins = _choice(str(value))
    return Markup(drawn.replace(f"{begins}>", f"{begins} selected>", 1))  # noqa: S704  # escaped


@functools.lru_cache(maxsize=64)
def _choices(options: tuple[tuple[str, str], ...]) -> str:
    return "".join(f"{_choice(key)}>{escape(words)}</option>" for key, words in options)


def _choice(key: str) -> str:
    return f'<option value="{escape(key)}"'


def local_time(at: dt.datetime, style: localtime.Style = "full") -> str:
    """Return an instant in the reader's zone and language: "Tue 3 Mar, 14:00 (Nairobi)"."""
    who = reader()
    return localtime.say(at, who.zone, who.language, style)


def last_moment(due_at: dt.datetime, zone: str) -> str:
    """Return until when something is due whose days are those of ``zone``: "Mon 30 Nov".

    Such a day ends at midnight there. For whoever reads another clock than that one, the moment is
    told with its time: "Tue 1 Dec, 02:00 (Nairobi)".
    """
    who = reader()
    theirs, ours = (localtime.in_zone(due_at, name).utcoffset() for name in (zone, who.zone))
    if theirs == ours:
        return local_time(due_at - dt.timedelta(minutes=1), "day")
    return local_time(due_at)


def local_iso(at: dt.datetime) -> str:
    """Return an instant in the reader's zone, for ``<time datetime>``."""
    return localtime.in_zone(at, reader().zone).isoformat(timespec="seconds")


def clock_in(zone: str, at: dt.datetime) -> str:
    """Return what a clock elsewhere shows: "14:05 (Nairobi)"."""
    return f"{localtime.say(at, zone, reader().language, 'clock')} ({localtime.zone_name(zone)})"


def time_ago(at: dt.datetime) -> str:
    """Return how long ago or ahead an instant is."""
    return localtime.ago(at, _now(), reader().language)


Telling = localtime.Style | Literal["ago"]


def time_tag(at: dt.datetime | None, style: Telling = "ago") -> Markup:
    """Return an instant as markup; it carries the exact time, its zone named, for hover and focus.

    Made here and not by a macro: a room shows a hundred.
    """
    who = reader()
    return Markup() if at is None else time_in(who.zone, who.language, at, style)


def time_in(zone: str, language: str, at: dt.datetime, style: Telling) -> Markup:
    """Return an instant as markup, as ``time_tag`` does, for a reader one has asked for already."""
    local = localtime.in_zone(at, zone)
    iso = local.isoformat(timespec="seconds")
    if style == "short":  # twenty on a page of a thread: what both say is said once
        said = localtime.say_local(local, zone, language, "short")
        exact = f"{said} ({localtime.zone_name(zone)})"
        return Markup(  # noqa: S704  # escaped
            f'<time datetime="{iso}" title="{escape(exact)}">{escape(said)}</time>'
        )
    exact = localtime.say_local(local, zone, language)
    if style == "full":
        return Markup(f'<time datetime="{iso}">{escape(exact)}</time>')  # noqa: S704  # escaped
    more = " data-relative" if style == "ago" else ""
    said = (
        localtime.ago(at, _now(), language)
        if style == "ago"
        else localtime.say_local(local, zone, language, style)
    )
    return Markup(  # noqa: S704  # all words are escaped
        f'<time datetime="{iso}" title="{escape(exact)}"{more}>{escape(said)}</time>'
    )


def page_frame() -> Frame:
    """Return the frame of the running request's page, composed once by the features."""
    kept: Frame | None = g.get("frame")
    if kept is not None:
        return kept
    frame = _bare_frame()
    if frame.me is not None:
        for feature in installed().features:
            if feature.frame is not None:
                feature.frame(current_context(), frame)
        frame.open_at(request.path)
    g.frame = frame
    return frame


def _bare_frame() -> Frame:
    """Return a frame that asked nobody: what the network is called, and who reads."""
    who: SignedIn | None = g.get("reader")
    frame = Frame(network_name=installed().settings.network_name)
    if who is not None:
        frame.me = Person(who.id, who.name, who.face)
    return frame


def space_tabs(space: Any, current: str) -> list[NavItem]:
    """Return the tabs of a space's pages; ``current`` is the endpoint of the one that is open.

    ``space`` has ``id`` and ``slug``.
    """
    ctx = current_context()
    tabs = [tab for feature in installed().features for tab in feature.tabs]
    page_frame().enter(space.id)
    return [
        NavItem(
            label=str(tab.label),
            url=url_for(tab.endpoint, slug=space.slug),
            icon=tab.icon,
            current=tab.endpoint == current,
        )
        for tab in sorted(tabs, key=lambda tab: tab.order)
        if tab.shown(ctx, space)
    ]


def part_of(place: str, ctx: Context, shown: Any) -> Part | None:
    """Return what a feature above adds to a page at ``place``; None where none does."""
    for feature in installed().features:
        if place in feature.parts:
            found: Part | None = feature.parts[place](ctx, shown)
            return found
    return None


def errors_of(error: CommunityError | None, field: str) -> Mapping[str, Any]:
    """Return an error as a form shows it: by field; one of the whole form stands at ``field``."""
    if error is None:
        return {}
    return error.fields if isinstance(error, Invalid) else {field: [str(error.message)]}


def render_error(
    status: int,
    message: str = "",
    *,
    onward: str = "",
    written: Sequence[str] = (),
    second_step: bool = False,
) -> Response:
    """Return the page that says what happened, what to do, and the way home.

    ``onward`` is where signing in leads; ``written`` are the texts that were not taken.
    ``second_step``: all that is missing is a second step, and the page leads to setting one up.
    """
    if status >= 500:
        g.frame = _bare_frame()  # what failed may be what a whole one asks
    words = _words().get(status) or _words()[500 if status >= 500 else 400]
    if second_step:
        words = (
            _("One step before Administration: set up a second step"),
            words[1],
            _("That takes a minute: a passkey on this device, or an app that shows codes."),
        )
    html = render_template(
        "_shared/errors/error.html",
        status=status,
        title=words[0],
        message=message or words[1],
        advice=words[2],
        onward=onward,
        written=written,
        second_step=second_step,
    )
    return make_response(html, status)


def _words() -> Mapping[int, tuple[str, str, str]]:
    """Return, for each status: a title, what happened, what to do."""
    return {
        400: (
            _("We could not read that"),
            _("What your browser sent is not complete, or this page was open for very long."),
            _("Go back, load the page again and send it once more."),
        ),
        401: (
            _("You were signed out"),
            _("This browser is not signed in any more, so what you sent was not taken."),
            _("Sign in, then send it once more."),
        ),
        403: (
            _("This is not yours to change"),
            _("You may see this, but your role does not allow that step."),
            _("Ask an organiser of this space if you think it should."),
        ),
        404: (
            _("We cannot find this page"),
            _("The page does not exist, or it is not open to you."),
            _("Check the address, or start again from home."),
        ),
        405: (
            _("That does not work here"),
            _("This page does not take that kind of request."),
            _("Go back and use the page's own buttons."),
        ),
        409: (
            _("That is not possible right now"),
            _("Something changed in the meantime."),
            _("Go back, load the page again and look."),
        ),
        413: (
            _("That is too large"),
            _("What you sent is larger than we take."),
            _("Make it shorter or smaller and send it again."),
        ),
        415: (
            _("That is not a kind we take"),
            _("What you sent is not of a kind this page can read."),
            _("Go back and use the page's own form."),
        ),
        422: (
            _("Some of this cannot be used"),
            _("Something you entered does not fit."),
            _("Go back and correct it; what you typed is kept."),
        ),
        429: (
            _("A little slower, please"),
            _("Too much came from here in a short time."),
            _("Wait a minute and try again."),
        ),
        500: (
            _("Something went wrong on our side"),
            _("The fault is ours and has been written down."),
            _("Try again in a moment. What you had saved is safe."),
        ),
        503: (
            _("We are busy"),
            _("More is going on than we can do at once."),
            _("Wait a few seconds and try again."),
        ),
    }
