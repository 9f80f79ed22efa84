"""Drafts over JSON: one's own, by the place they are for."""

import uuid
from typing import Any

from community.discussions.api.blueprint import api
from community.discussions.models import PostDraft
from community.discussions.operations import (
    discard_of,
    save_edit_draft,
    save_reply_draft,
    save_thread_draft,
)
from community.discussions.queries import my_drafts
from community.discussions.schemas import (
    DiscardIn,
    EditDraftIn,
    PostDraftsOut,
    ReplyDraftIn,
    SavedDraftOut,
    ThreadDraftIn,
)
from community.kernel.doors import current_context, signed_in
from community.kernel.paging import Page, PageIn


@api.route("/drafts")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, PostDraftsOut)
def drafts(given: dict[str, Any]) -> Page:
    """List what you have begun to write and not sent, the last saved first."""
    return my_drafts(current_context(), **given)


@api.route("/threads/<uuid:thread_id>/draft", methods=["PUT"])
@signed_in
@api.arguments(ReplyDraftIn)
@api.response(200, SavedDraftOut)
def save_reply(given: dict[str, Any], thread_id: uuid.UUID) -> PostDraft:
    """Keep your reply as a draft; 409, with what is ``kept``, where another was saved meanwhile."""
    return save_reply_draft(current_context(), thread_id, **given)


@api.route("/threads/<uuid:thread_id>/draft", methods=["DELETE"])
@signed_in
@api.arguments(DiscardIn, location="query")
@api.response(204)
def discard_reply(given: dict[str, Any], thread_id: uuid.UUID) -> None:
    """Throw the draft of your reply away; for a day it can be put back."""
    discard_of(current_context(), {"thread_id": thread_id}, **given)


@api.route("/posts/<uuid:post_id>/draft", methods=["PUT"])
@signed_in
@api.arguments(EditDraftIn)
@api.response(200, SavedDraftOut)
def save_edit(given: dict[str, Any], post_id: uuid.UUID) -> PostDraft:
    """Keep new words for your post as a draft; 409 as for a reply."""
    return save_edit_draft(current_context(), post_id, **given)


@api.route("/posts/<uuid:post_id>/draft", methods=["DELETE"])
@signed_in
@api.arguments(DiscardIn, location="query")
@api.response(204)
def discard_edit(given: dict[str, Any], post_id: uuid.UUID) -> None:
    """Throw away the draft of new words for your post; for a day it can be put back."""
    discard_of(current_context(), {"post_id": post_id}, **given)


@api.route("/spaces/<uuid:space_id>/drafts/<uuid:form>", methods=["PUT"])
@signed_in
@api.arguments(ThreadDraftIn)
@api.response(200, SavedDraftOut)
def save_thread(given: dict[str, Any], space_id: uuid.UUID, form: uuid.UUID) -> PostDraft:
    """Keep a new thread as a draft, under an id of your own choice; 409 as for a reply."""
    return save_thread_draft(current_context(), space_id, form, **given)


@api.route("/spaces/<uuid:space_id>/drafts/<uuid:form>", methods=["DELETE"])
@signed_in
@api.arguments(DiscardIn, location="query")
@api.response(204)
def discard_thread(given: dict[str, Any], space_id: uuid.UUID, form: uuid.UUID) -> None:
    """Throw the draft of a new thread away; for a day it can be put back."""
    discard_of(current_context(), {"space_id": space_id, "form": form}, **given)
