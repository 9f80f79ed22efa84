"""The page on which a thread begins."""

from collections.abc import Sequence
from typing import Any

from flask import make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.models import ThreadKind
from community.discussions.operations import WrittenOn, refuse_attachment, start_thread
from community.discussions.pages.blueprint import pages
from community.discussions.pages.drafted import drafted, drafted_again
from community.discussions.pages.given import number
from community.discussions.pages.poll_fields import (
    POLL_FIELDS,
    adding_poll,
    of_poll,
    poll_given,
    poll_identity,
)
from community.discussions.pages.saying import tell_unheard
from community.discussions.pages.tags import tag_field, typed_tags
from community.discussions.pages.waiting import tell_waiting
from community.discussions.pages.words import KINDS, hint_of, kind_of, newness_of, promise_of
from community.discussions.pages.writing import (
    FIELDS,
    OFTEN,
    Shown,
    as_refused,
    asks_for_preview,
    previewed,
    refuse_forgotten,
    with_file_sent,
)
from community.discussions.policy import kinds_open_to
from community.discussions.queries import begun_in
from community.discussions.schemas import BODY_LENGTH, TITLE_LENGTH, PostPreviewIn, ThreadIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import (
    current_context,
    largest_attachment,
    signed_in,
    takes,
    takes_file,
)
from community.kernel.errors import CommunityError, Conflict, Forbidden, Invalid, TooMany
from community.kernel.http import limiter
from community.kernel.keys import form_id, new_key
from community.kernel.pages import errors_of
from community.kernel.schemas import as_key, load
from community.spaces.policy import refuse_archived, silence_in
from community.spaces.queries import space_by_slug

_THREAD, _PREVIEW = ThreadIn(), PostPreviewIn()


@pages.route("/spaces/<slug>/threads/new", methods=["GET", "POST"])
@signed_in
@takes("kind", "title", "body", "tags", "nonce", "revision", *FIELDS, *POLL_FIELDS)
def new_thread(slug: str) -> AnyResponse:
    """Begin a thread; what cannot be taken comes back as it was typed. ``?title=`` suggests one."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    if request.method == "GET":
        _refuse(ctx, space)
        refuse_archived(space)
        return _opened(ctx, space)
    given, nonce = _given(), request.form.get("nonce", "")
    tags = request.form.get("tags", "")
    typed = {**given, "tags": tags, "nonce": nonce}
    try:
        _refuse(ctx, space)
        if asks_for_preview():
            body = load(_PREVIEW, {"body": given["body"]})["body"]
            return new_thread_page(ctx, space, typed, box=previewed(ctx, body, space.id))
        refuse_forgotten()
        fields = load(_THREAD, {**given, "tags": typed_tags(tags)})
        said = (fields["kind"], fields["title"], fields["body"], poll_identity())
        fields["client_id"] = form_id(nonce, *said)
        fields["draft"] = _written_on(nonce)
        fields["poll"] = poll_given()
        made = start_thread(ctx, space.id, **fields)
    except (Invalid, Conflict, Forbidden) as error:
        wrong = of_poll(error) if isinstance(error, Invalid) else error
        return new_thread_page(ctx, space, typed, wrong)
    if not made.begun:
        tell_waiting()
        return redirect(url_for("discussions.thread_list", slug=slug, _anchor="waiting"), 303)
    tell_unheard(ctx, fields["body"], made.id)
    return redirect(url_for("discussions.thread", thread_id=made.id), 303)


def _refuse(ctx: Context, space: Any) -> None:
    """Raise Forbidden for who may not begin threads in a space, in words."""
    silence = silence_in(ctx, space.id)
    if silence is not None:
        raise Forbidden(silence.words())
    if not kinds_open_to(ctx, space.id):
        raise Forbidden(_("You read along in this space. Those who take part can begin threads."))


def _given() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("kind", "title", "body")}


def _may_attach(slug: str) -> None:
    """Raise for who may not begin a thread here; asked before anything of a file is read."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    _refuse(ctx, space)
    refuse_attachment(ctx, space.id)


@pages.route("/spaces/<slug>/threads/new/attachments", methods=["POST"])
@signed_in
@takes("kind", "title", "body", "tags", "nonce", "revision", *FIELDS, *POLL_FIELDS)
@takes_file("upload", most=largest_attachment, check=_may_attach)
@limiter.limit(OFTEN)
def attach_to_new(slug: str) -> AnyResponse:
    """Put a file into the thread that is being written; nothing of it is sent yet."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    typed = {**_given(), **{name: request.form.get(name, "") for name in ("tags", "nonce")}}
    try:
        _refuse(ctx, space)
        typed["body"], box = with_file_sent(ctx, typed["body"], space.id)
    except (Invalid, Conflict, Forbidden, TooMany) as error:
        return new_thread_page(ctx, space, typed, error)
    return new_thread_page(ctx, space, typed, box=box)


def _written_on(nonce: str) -> WrittenOn | None:
    form, revision = as_key(nonce), number(request.form.get("revision"))
    return WrittenOn(form, revision) if form and revision else None


def _opened(ctx: Context, space: Any) -> AnyResponse:
    """Answer with the draft that is asked for, the last one, or a form with nothing in it."""
    asked, title = request.args, request.args.get("title", "")
    begun = begun_in(ctx, space.id)
    wanted = as_key(asked.get("draft", ""))
    draft = next((row for row in begun if row.form == wanted), None)
    if draft is None and begun and not (title or "fresh" in asked or wanted):
        draft = begun[0]
    others = [row for row in begun if row is not draft]
    if draft is not None:
        typed = {name: getattr(draft, name) for name in ("kind", "title", "tags", "body")}
        typed["nonce"] = draft.form.hex
        return new_thread_page(ctx, space, typed, draft=draft, others=others)
    kind = kind_of(asked.get("kind")) or kinds_open_to(ctx, space.id)[0]
    typed = {"kind": kind, "title": title[:TITLE_LENGTH], "nonce": new_key().hex}
    return new_thread_page(ctx, space, typed, others=others)


def new_thread_page(
    ctx: Context,
    space: Any,
    typed: dict[str, Any],
    error: CommunityError | None = None,
    *,
    box: Shown | None = None,
    draft: Any = None,
    others: Sequence[Any] = (),
) -> AnyResponse:
    """Answer with the form of a new thread, as it was typed; ``others``: further drafts here."""
    fresh = error is None and box is None
    known = drafted(draft) if fresh else drafted_again(error)
    form = as_key(typed["nonce"]) or new_key()
    wrong = {} if known.other else errors_of(error, "body")
    kinds = kinds_open_to(ctx, space.id)
    if not kinds:  # they may not begin threads any more: what they had chosen comes back
        kinds = tuple(kind for kind in ThreadKind if kind.value == typed.get("kind"))
    html = render_template(
        "discussions/new_thread.html",
        space=space,
        kinds=[(kind.value, KINDS[kind], hint_of(kind)) for kind in kinds],
        typed=typed,
        tags=tag_field(space.id, typed.get("tags", "")),
        promise=promise_of(ctx, space.id),
        newness=newness_of(ctx, space.id) if kinds_open_to(ctx, space.id) else "",
        box=box or Shown(),
        adding_poll=adding_poll(wrong),
        form=form,
        drafted=known,
        others=others,
        errors=wrong,
        title_length=TITLE_LENGTH,
        body_length=BODY_LENGTH,
    )
    return as_refused(make_response(html), error)
