"""The box in which posts are written: looked at before it is sent, and files put into it.

For who has no scripts: whichever button sends the form, what is written comes back.
"""

import dataclasses
import uuid

from flask import request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from community.discussions.operations import add_attachment, rendered
from community.discussions.pages.blueprint import pages
from community.discussions.queries import attachment_file, sort_of_attachment
from community.discussions.rules import ATTACHMENT_ROUTE, as_markdown, attachment_path
from community.kernel.context import Context
from community.kernel.doors import current_context, largest_attachment, signed_in
from community.kernel.errors import CommunityError, Invalid, NotFound
from community.kernel.files.sending import send_stored

FIELDS = ("preview", "upload", "alt")
"""What the box sends beside the words; of a file that was not added, ``upload`` is the name."""
OFTEN = "30 per minute"


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """What the box shows above itself: the words as they would stand, or that a file came."""

    preview: Markup | None = None
    added: str = ""


@pages.app_template_global()
def attachment_limit() -> int:
    """Return the bytes of the largest file that goes into a post."""
    return largest_attachment()


def asks_for_preview() -> bool:
    """Whether the button was pressed that shows the words and sends nothing."""
    return "preview" in request.form


def previewed(
    ctx: Context, body: str, space_id: uuid.UUID, *, post_id: uuid.UUID | None = None
) -> Shown:
    """Return the words of the form as they would stand. Raises Invalid."""
    html = rendered(ctx, body, space_id, post_id=post_id).html
    return Shown(preview=Markup(html))  # noqa: S704  # sanitised when it was rendered


def with_file_sent(ctx: Context, body: str, space_id: uuid.UUID) -> tuple[str, Shown]:
    """Keep the file of the form, and return the words with it below them.

    Raises what ``add_attachment`` does.
    """
    sent = request.files.get("upload")
    if sent is None or not sent.filename:
        words = _("Choose a file first.")
        raise Invalid(words, fields={"body": [words]})
    try:
        made = add_attachment(ctx, space_id, name=sent.filename, source=sent.stream)
    except Invalid as error:
        raise Invalid(error.message, fields={"body": error.fields["upload"]}) from error
    alt = " ".join(request.form.get("alt", "").split())[:300]
    address = attachment_path(made.id, made.name)
    line = as_markdown(made.name, address, picture=made.width is not None, alt=alt)
    before = body.rstrip()
    return (f"{before}\n\n{line}\n" if before else f"{line}\n"), Shown(added=made.name)


def as_refused(answer: Response, error: CommunityError | None) -> Response:
    """Return the page of a form with the status of what was wrong with it, if anything was."""
    if error is not None:
        answer.status_code = error.status
        if "retry_after" in error.details:
            answer.headers["Retry-After"] = str(error.details["retry_after"])
    return answer


def refuse_forgotten() -> None:
    """Raise Invalid for a file that was chosen and not added: the form holds but its name."""
    if request.form.get("upload"):
        words = _("You have chosen a file and not added it yet: press “Add the file” first.")
        raise Invalid(words, fields={"body": [words]})


@pages.route(ATTACHMENT_ROUTE)
@signed_in
def attachment(attachment_id: uuid.UUID, name: str) -> Response:
    """Send a file of a post: a picture to be shown, anything else to be saved.

    The name in its address is for people; by another one there is nothing.
    """
    found = attachment_file(current_context(), attachment_id)
    if name != found.name:
        raise NotFound
    media_type = sort_of_attachment(found.name)[0]
    inline = found.width is not None
    answer = send_stored(found.digest, media_type=media_type, name=found.name, inline=inline)
    answer.headers["Cache-Control"] = "private, no-cache"  # who reads it may change any time
    return answer
