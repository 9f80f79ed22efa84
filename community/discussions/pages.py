"""The pages of talk: the threads of a space, one thread, a new one.

Reading never writes. What has been read is said by a script as posts come into view; without
scripts by the button "Mark as read" below the posts, or by replying. A GET that wrote would mark
posts as read for every prefetching browser and link checker, and could not be answered with 304.
"""

import functools
import hashlib
import uuid
from typing import Any, NamedTuple

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.models import ThreadKind
from community.discussions.operations import mark_read, post_reply, start_thread
from community.discussions.policy import kinds_open_to, may_reply
from community.discussions.queries import post_at, posts_after, thread_head, threads_of
from community.discussions.rules import POSTS_A_PAGE, opening_page, page_start
from community.discussions.schemas import (
    BODY_LENGTH,
    HIGHEST,
    KEPT,
    TITLE_LENGTH,
    ReadIn,
    ReplyIn,
    ThreadIn,
    as_post,
)
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Forbidden, Invalid, NotFound
from community.kernel.frame import Person
from community.kernel.http import reader
from community.kernel.json import dumps
from community.kernel.keys import new_key
from community.kernel.localtime import in_zone
from community.kernel.pages import local_time
from community.kernel.paging import page_of
from community.kernel.schemas import load
from community.spaces.models import Role, SpaceKind
from community.spaces.queries import space_by_slug

pages = Blueprint("discussions", __name__)

THREADS_A_PAGE = 30
MOST_JUMPS = 6  # pages named in the jump bar
KINDS = {
    ThreadKind.QUESTION: _l("Question"),
    ThreadKind.DISCUSSION: _l("Discussion"),
    ThreadKind.ANNOUNCEMENT: _l("Announcement"),
    ThreadKind.ASK: _l("Ask"),
    ThreadKind.OFFER: _l("Offer"),
    ThreadKind.SHOW_AND_TELL: _l("Show and tell"),
}
HINTS = {
    ThreadKind.QUESTION: _l("Something you would like to understand."),
    ThreadKind.DISCUSSION: _l("A matter to think about together."),
    ThreadKind.ANNOUNCEMENT: _l("What everybody in this space should know."),
    ThreadKind.ASK: _l("Something you need from others: data, an introduction, an hour."),
    ThreadKind.OFFER: _l("Something you can give."),
    ThreadKind.SHOW_AND_TELL: _l("Something you made or learned."),
}
ROLES = {
    Role.OWNER: _l("Organiser"),
    Role.ORGANISER: _l("Organiser"),
    Role.FACILITATOR: _l("Facilitator"),
}

_THREAD, _REPLY, _READ = ThreadIn(), ReplyIn(), ReadIn()


class _Space(NamedTuple):
    """A space as its tabs need it."""

    id: uuid.UUID
    slug: str
    name: str
    kind: SpaceKind


# ------------------------------------------------------------------ the list


@pages.route("/spaces/<slug>/threads")
@signed_in
def thread_list(slug: str) -> AnyResponse:
    """Show the threads of a space, the last word first; ``?kind=`` shows one kind."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    kind = _kind(request.args.get("kind"))
    page = page_of(
        threads_of(ctx, space.id, kind=kind),
        limit=THREADS_A_PAGE,
        page=request.args.get("page"),
    )
    return _answer(
        "discussions/thread_list.html",
        space=space,
        threads=page.items,
        next=page.next,
        previous=page.previous,
        faces={row.author_id: Person(row.author_id, row.author_name) for row in page.items},
        post_url=post_url,
        kind=kind,
        kinds=KINDS,
        may_start=bool(kinds_open_to(ctx, space.id)) and space.archived_at is None,
    )


def _kind(value: str | None) -> ThreadKind | None:
    try:
        return ThreadKind(value) if value else None
    except ValueError:
        raise NotFound(_("There is no such kind of thread.")) from None


# ------------------------------------------------------------------ a new one


@pages.route("/spaces/<slug>/threads/new", methods=["GET", "POST"])
@signed_in
@takes("kind", "title", "body", "nonce")
def new_thread(slug: str) -> AnyResponse:
    """Begin a thread."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    kinds = kinds_open_to(ctx, space.id)
    if not kinds:
        raise Forbidden(_("You read along in this space. Those who take part can begin threads."))
    if space.archived_at is not None:
        raise Conflict(_("%(space)s is archived: it can be read, not written.", space=space.name))
    if request.method == "GET":
        kind = _kind(request.args.get("kind"))
        return _new_thread_page(space, kinds, {"kind": kind or kinds[0], "nonce": new_key().hex})
    typed = request.form
    given = {name: typed.get(name, "") for name in ("kind", "title", "body")}
    nonce = typed.get("nonce", "")
    try:
        fields = load(_THREAD, given)
        fields["client_id"] = _client_id(nonce, fields["kind"], fields["title"], fields["body"])
        made = start_thread(ctx, space.id, **fields)
    except Invalid as error:
        return _new_thread_page(space, kinds, {**given, "nonce": nonce}, error)
    return redirect(url_for("discussions.thread", thread_id=made.id), 303)


def _new_thread_page(
    space: Any,
    kinds: tuple[ThreadKind, ...],
    typed: dict[str, Any],
    error: CommunityError | None = None,
) -> Response:
    html = render_template(
        "discussions/new_thread.html",
        space=space,
        kinds=[(kind.value, KINDS[kind], HINTS[kind]) for kind in kinds],
        typed=typed,
        errors=error.fields if isinstance(error, Invalid) else {},
        title_length=TITLE_LENGTH,
        body_length=BODY_LENGTH,
    )
    return make_response(html, error.status if error else 200)


# ------------------------------------------------------------------ one thread


@pages.route("/threads/<uuid:thread_id>")
@signed_in
def thread(thread_id: uuid.UUID) -> AnyResponse:
    """Show a page of a thread: the one with the first unread post, or the one after ``?after=``.

    ``?post=`` leads to the page of one post, ``?reply_to=`` prepares an answer to one.
    """
    asked = request.args
    if (number := _number(asked.get("post"))) is not None:
        head = thread_head(current_context(), thread_id)
        return redirect(post_url(thread_id, min(max(1, number), head.last_number)), 303)
    return _answer(
        "discussions/thread.html",
        **_thread_page(
            current_context(),
            thread_id,
            after=_number(asked.get("after")),
            reply_to=_number(asked.get("reply_to")),
        ),
    )


@pages.route("/threads/<uuid:thread_id>/replies", methods=["POST"])
@signed_in
@takes("body", "reply_to", "seen")
def reply(thread_id: uuid.UUID) -> AnyResponse:
    """Reply in a thread; what cannot be taken comes back as it was typed."""
    ctx = current_context()
    typed = request.form
    body, reply_to = typed.get("body", ""), _number(typed.get("reply_to"))
    try:
        fields = load(_REPLY, {"body": body, "reply_to": reply_to})
        # Sent twice from one page it counts once: the page says how many posts it has seen.
        fields["client_id"] = _client_id(
            typed.get("seen", ""), fields["body"], str(fields["reply_to"])
        )
        post = post_reply(ctx, thread_id, **fields)
    except (Invalid, Conflict) as error:
        shown = _thread_page(ctx, thread_id, after=HIGHEST, reply_to=reply_to)
        html = render_template(
            "discussions/thread.html", **{**shown, "typed": body, "errors": _errors(error)}
        )
        return make_response(html, error.status)
    return redirect(post_url(thread_id, post.number), 303)


@pages.route("/threads/<uuid:thread_id>/read", methods=["POST"])
@signed_in
@takes("number")
def read(thread_id: uuid.UUID) -> AnyResponse:
    """Say that everything up to a post has been read; leads on to what comes next."""
    ctx = current_context()
    fields = load(_READ, {"number": _number(request.form.get("number"))})
    mark_read(ctx, thread_id, **fields)
    head = thread_head(ctx, thread_id)
    if fields["number"] < head.last_number:
        return redirect(post_url(thread_id, fields["number"] + 1), 303)
    flash(_("You have read all of “%(title)s”.", title=head.title), "success")
    return redirect(url_for("discussions.thread_list", slug=head.space_slug), 303)


def post_url(thread_id: uuid.UUID, number: int) -> str:
    """Return the address of one post, on its page."""
    return url_for(
        "discussions.thread", thread_id=thread_id, after=page_start(number), _anchor=f"p{number}"
    )


def _thread_page(
    ctx: Context, thread_id: uuid.UUID, *, after: int | None, reply_to: int | None
) -> dict[str, Any]:
    """Return what the thread's template reads; two statements, a third to answer another page."""
    head = thread_head(ctx, thread_id)
    last_page = page_start(head.last_number)
    start = opening_page(head.read_number, head.last_number) if after is None else after
    start = min(start, last_page)
    # Posts that came since the head was read are told by the stream, once.
    rows = posts_after(thread_id, start, min(POSTS_A_PAGE, head.last_number - start))
    open_to_me = head.space_archived_at is None
    replies = open_to_me and may_reply(ctx, head)
    jumps, first_unread = _jumps(head), _first_unread(head)
    unread_here = first_unread is not None and page_start(first_unread) == start
    return {
        "thread": head,
        "space": _Space(head.space_id, head.space_slug, head.space_name, head.space_kind),
        "posts": [(row.number, _markup(row, *_terms(ctx), replies)) for row in rows],
        "start": start,
        "last_page": last_page,
        "page_length": POSTS_A_PAGE,
        "first_unread": first_unread,
        "may_reply": replies,
        "archived": not open_to_me,
        "answered": _answered(head, rows, reply_to),
        "kind": KINDS[head.kind],
        "role_words": dumps({role: str(words) for role, words in ROLES.items()}),
        "reader_zone": reader().zone,
        "jumps": jumps,
        "current_jump": first_unread if unread_here else start + 1,
        "post_url": post_url,
        "body_length": BODY_LENGTH,
        "typed": "",
        "errors": {},
    }


def _terms(ctx: Context) -> tuple[str, str, int]:
    """Return what the words of a time depend on: the reader's zone and language, and the year."""
    who = reader()
    return who.zone, who.language, in_zone(ctx.now, who.zone).year


@functools.lru_cache(maxsize=KEPT)
def _markup(row: Any, zone: str, language: str, year: int, replies: bool) -> Markup:
    """Return the markup of a post, kept under all that it says: most of a page's time is here.

    ``row`` is one of ``POST_COLUMNS``; ``replies`` says whether the reader may answer it.
    """
    template = current_app.jinja_env.get_template("discussions/_post.html")
    answer_url = url_for(
        "discussions.thread",
        thread_id=row.thread_id,
        after=page_start(row.number),
        reply_to=row.number,
        _anchor="reply",
    )
    made: Markup = template.module.post(  # type: ignore[attr-defined]  # a macro
        as_post(row),
        role=str(ROLES.get(row.author_role, "")),
        url=post_url(row.thread_id, row.number),
        answered_url=post_url(row.thread_id, row.reply_to) if row.reply_to else "",
        reply_url=answer_url if replies else None,
    )
    return made


def _jumps(head: Any) -> list[tuple[int, str]]:
    """Return where one may want to go in a thread: numbers of posts, with words; at most ten."""
    last, unread = head.last_number, _first_unread(head)
    found = {1: _("The beginning")}
    starts = list(range(POSTS_A_PAGE, last, POSTS_A_PAGE))
    for start in starts[:: max(1, -(-len(starts) // MOST_JUMPS))]:
        end = min(start + POSTS_A_PAGE, last)
        found[start + 1] = _("to %(number)d", number=end) if end > start + 1 else ""
    if last > 1:
        found[last] = _("The last, %(when)s", when=local_time(head.last_posted_at, "short"))
    if unread is not None:
        found[unread] = _("First unread")
    return sorted(found.items())


def _first_unread(head: Any) -> int | None:
    """Return the number of the first unread post; None if all, or nothing at all, is read."""
    if 0 < head.read_number < head.last_number:
        return int(head.read_number) + 1
    return None


def _answered(head: Any, rows: Any, number: int | None) -> dict[str, Any] | None:
    """Return number and author of the post that is to be answered, None for none such."""
    if number is None or not 1 <= number <= head.last_number:
        return None
    on_page = (row for row in rows if row.number == number)
    row = next(on_page, None) or post_at(head.id, number)
    return {"number": row.number, "name": row.author_name} if row else None


# ------------------------------------------------------------------ what they share


def _number(value: str | None) -> int | None:
    """Return a number written in an address or a form; None for anything else."""
    if value is None or not value.isascii() or not value.isdigit() or len(value) > 10:
        return None
    return min(int(value), HIGHEST)


def _client_id(*parts: str) -> str:
    """Return the id of a form's act: the same text from the same page is the same act."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _errors(error: CommunityError) -> dict[str, Any]:
    if isinstance(error, Invalid):
        return error.fields
    return {"body": [error.message]}


def _answer(template: str, **values: Any) -> AnyResponse:
    """Render a page; answer 304 if the reader holds the same one.

    The token against forgery differs in each rendering while all of one session are good: the
    session's own secret stands for it.
    """
    html = render_template(template, **values)
    same = html.replace(generate_csrf(), str(session.get("csrf_token")))
    response = make_response(html)
    response.set_etag(hashlib.sha256(same.encode()).hexdigest()[:32], weak=True)
    return response.make_conditional(request)
