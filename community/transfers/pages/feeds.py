"""Atom feeds, read by programs by the secret in their address; and the page that looks after it."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.queries import tags_in
from community.kernel.addresses import public_url, url_for
from community.kernel.context import Context
from community.kernel.doors import by_secret, current_context, recently_proved, signed_in, takes
from community.kernel.frame import Frame, Group, NavItem
from community.kernel.http import limiter
from community.kernel.installed import installed
from community.kernel.unstored import unstored
from community.spaces.queries import space_by_slug
from community.transfers.formats.atom import MEDIA_TYPE, Entry, Feed, feed_xml
from community.transfers.operations import make_feed_key, revoke_feed_key
from community.transfers.pages.blueprint import pages
from community.transfers.queries import (
    feeds_of,
    followed_posts,
    my_feed_token,
    reader_of,
    space_and_threads,
    thread_and_posts,
)

PER_SOURCE = "120 per minute"  # a reader of many asks for many at once


def _reader(token: str) -> tuple[Context, Any]:
    """Return the circumstances of whose feed it is. Raises NotFound."""
    who = reader_of(token)
    return Context.begin(who.id, request_id=current_context().request_id), who


@pages.route("/feeds/<token>/spaces/<uuid:space_id>.atom")
@by_secret
@limiter.limit(PER_SOURCE)
def space_feed(token: str, space_id: uuid.UUID) -> Response:
    """Send the newest threads of a space."""
    ctx, who = _reader(token)
    space, rows = space_and_threads(ctx, space_id)
    entries = [
        Entry(
            key=f"urn:uuid:{row.thread_id}",
            title=row.title,
            url=public_url("discussions.thread", thread_id=row.thread_id),
            author=row.author,
            published=row.created_at,
            updated=row.updated,
            html=row.html,
            kinds=(row.kind.value, *tags_in(row.tags)),
        )
        for row in rows
    ]
    feed = Feed(
        key=f"urn:uuid:{space.id}",
        title=space.name,
        url=public_url("discussions.thread_list", slug=space.slug),
        own_url=public_url("transfers.space_feed", token=token, space_id=space_id),
        language=who.language,
        since=space.created_at,
        entries=entries,
    )
    return _send(feed)


@pages.route("/feeds/<token>/threads/<uuid:thread_id>.atom")
@by_secret
@limiter.limit(PER_SOURCE)
def thread_feed(token: str, thread_id: uuid.UUID) -> Response:
    """Send the newest posts of a thread."""
    ctx, who = _reader(token)
    thread, rows = thread_and_posts(ctx, thread_id)
    feed = Feed(
        key=f"urn:uuid:{thread.id}",
        title=thread.title,
        url=public_url("discussions.thread", thread_id=thread_id),
        own_url=public_url("transfers.thread_feed", token=token, thread_id=thread_id),
        language=who.language,
        since=thread.created_at,
        entries=_posts(rows),
    )
    return _send(feed)


@pages.route("/feeds/<token>/followed.atom")
@by_secret
@limiter.limit(PER_SOURCE)
def followed_feed(token: str) -> Response:
    """Send the newest posts of others in what somebody follows."""
    ctx, who = _reader(token)
    feed = Feed(
        key=f"urn:uuid:{who.id}",
        title=_("What I follow, %(network)s", network=installed().settings.network_name),
        url=public_url("discussions.my_following"),
        own_url=public_url("transfers.followed_feed", token=token),
        language=who.language,
        since=who.made_at,
        entries=_posts(followed_posts(ctx)),
    )
    return _send(feed)


def _posts(rows: Sequence[Any]) -> list[Entry]:
    return [
        Entry(
            key=f"urn:uuid:{row.id}",
            title=_("%(title)s, post %(number)d", title=row.title, number=row.number),
            url=public_url("discussions.post", post_id=row.id),
            author=row.author,
            published=row.created_at,
            updated=row.updated,
            html=row.html,
        )
        for row in rows
    ]


def _send(feed: Feed) -> Response:
    """Answer with a feed, or with 304 to who has it as it is; read anew under the rights of now."""
    response = Response(
        feed_xml(feed, installed().settings.base_url), content_type=f"{MEDIA_TYPE}; charset=utf-8"
    )
    response.add_etag()
    response.last_modified = feed.updated
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    if "If-None-Match" not in request.headers and "If-Modified-Since" in request.headers:
        return response  # what was removed or lost since has no date: only the tag says it is gone
    response.make_conditional(request)
    return response


@pages.route("/me/feeds")
@signed_in
@recently_proved
def feeds() -> Response:
    """Show the addresses of one's feeds, and how to shut them."""
    ctx = current_context()
    token, spaces = feeds_of(ctx)
    found = []
    if token is not None:
        found = [(_("What I follow"), public_url("transfers.followed_feed", token=token))]
        found += [
            (space.name, public_url("transfers.space_feed", token=token, space_id=space.id))
            for space in spaces
        ]
    html = render_template("transfers/feeds.html", feeds=found)
    return unstored(make_response(html))


@pages.route("/me/feeds", methods=["POST"])
@signed_in
@recently_proved
@takes()
def open_feeds() -> AnyResponse:
    """Give one's feeds a new secret."""
    make_feed_key(current_context())
    flash(_("Your feeds have new addresses. Those of before lead nowhere."), "success")
    return redirect(url_for("transfers.feeds"), 303)


@pages.route("/me/feeds/revoke", methods=["POST"])
@signed_in
@takes()
def shut_feeds() -> AnyResponse:
    """Shut one's feeds."""
    revoke_feed_key(current_context())
    flash(_("Your feeds are shut. Their addresses lead nowhere."), "success")
    return redirect(url_for("transfers.feeds"), 303)


@pages.route("/spaces/<slug>/feed")
@signed_in
@recently_proved
def space_feed_way(slug: str) -> AnyResponse:
    """Lead whoever is signed in to their own feed of a space, or to where feeds are opened."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    token = my_feed_token(ctx)
    if token is None:
        return _hidden(redirect(url_for("transfers.feeds")))
    return _hidden(redirect(url_for("transfers.space_feed", token=token, space_id=space.id)))


@pages.route("/threads/<uuid:thread_id>/feed")
@signed_in
@recently_proved
def thread_feed_way(thread_id: uuid.UUID) -> AnyResponse:
    """Lead whoever is signed in to their own feed of a thread, or to where feeds are opened."""
    ctx = current_context()
    thread_and_posts(ctx, thread_id)
    token = my_feed_token(ctx)
    if token is None:
        return _hidden(redirect(url_for("transfers.feeds")))
    return _hidden(redirect(url_for("transfers.thread_feed", token=token, thread_id=thread_id)))


def _hidden(answer: AnyResponse) -> AnyResponse:
    """Keep a secret address out of what browsers store and send on."""
    return unstored(answer, by_secret=True)


def contribute(_ctx: Context, frame: Frame) -> None:
    """Add the page of one's feeds to one's own pages."""
    frame.own_pages(_own_pages)


def _own_pages() -> list[NavItem]:
    return [NavItem(_("Feeds"), url_for("transfers.feeds"), "me", group=Group.NEWS)]
