"""The page on which a thread begins."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.models import ThreadKind
from community.discussions.operations import start_thread
from community.discussions.pages.blueprint import pages
from community.discussions.pages.words import KINDS, hint_of, kind_of
from community.discussions.policy import kinds_open_to
from community.discussions.schemas import BODY_LENGTH, TITLE_LENGTH, ThreadIn
from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Forbidden, Invalid
from community.kernel.keys import form_id, new_key
from community.kernel.pages import errors_of
from community.kernel.schemas import load
from community.spaces.policy import refuse_archived
from community.spaces.queries import space_by_slug

_THREAD = ThreadIn()


@pages.route("/spaces/<slug>/threads/new", methods=["GET", "POST"])
@signed_in
@takes("kind", "title", "body", "nonce")
def new_thread(slug: str) -> AnyResponse:
    """Begin a thread; what cannot be taken comes back as it was typed. ``?title=`` suggests one."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    kinds = kinds_open_to(ctx, space.id)
    if not kinds:
        raise Forbidden(_("You read along in this space. Those who take part can begin threads."))
    if request.method == "GET":
        refuse_archived(space)
        kind, title = kind_of(request.args.get("kind")), request.args.get("title", "")
        typed = {"kind": kind or kinds[0], "title": title[:TITLE_LENGTH], "nonce": new_key().hex}
        return _page(space, kinds, typed)
    sent = request.form
    given = {name: sent.get(name, "") for name in ("kind", "title", "body")}
    nonce = sent.get("nonce", "")
    try:
        fields = load(_THREAD, given)
        fields["client_id"] = form_id(nonce, fields["kind"], fields["title"], fields["body"])
        made = start_thread(ctx, space.id, **fields)
    except (Invalid, Conflict) as error:
        return _page(space, kinds, {**given, "nonce": nonce}, error)
    return redirect(url_for("discussions.thread", thread_id=made.id), 303)


def _page(
    space: Any,
    kinds: tuple[ThreadKind, ...],
    typed: dict[str, Any],
    error: CommunityError | None = None,
) -> Response:
    html = render_template(
        "discussions/new_thread.html",
        space=space,
        kinds=[(kind.value, KINDS[kind], hint_of(kind)) for kind in kinds],
        typed=typed,
        errors=errors_of(error, "body"),
        title_length=TITLE_LENGTH,
        body_length=BODY_LENGTH,
    )
    return make_response(html, error.status if error else 200)
