"""The files of a draft: added with the words they are called, and taken away."""

import uuid
from urllib.parse import urlencode

from flask import redirect, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from community.academy.models import DraftFile
from community.academy.operations import add_file as add
from community.academy.operations import remove_file as remove
from community.academy.pages.blueprint import pages
from community.academy.pages.typed import line, way_back, writes_draft
from community.academy.pages.writing import show_again
from community.academy.policy import visible_draft_files, visible_drafts
from community.academy.schemas import FileWordsIn
from community.kernel.addresses import url_for
from community.kernel.doors import current_context, largest_file, signed_in, takes, takes_file
from community.kernel.errors import Conflict, Invalid
from community.kernel.http import limiter
from community.kernel.pages import errors_of
from community.kernel.policy import find
from community.kernel.schemas import load

_SAID = FileWordsIn()
OFTEN = "30 per minute"


@pages.route("/studio/<uuid:draft_id>/course-files", methods=["POST"])
@signed_in
@takes("words", "back")
@takes_file("upload", most=largest_file, check=writes_draft)
@limiter.limit(OFTEN)
def add_file(draft_id: uuid.UUID) -> Response:
    """Add a file, a link to which is then offered where it is to stand."""
    ctx = current_context()
    find(visible_drafts(ctx), draft_id)
    back = way_back(draft_id, url_for("academy.studio", draft_id=draft_id))
    try:
        said = load(_SAID, {"words": line("words")})
        sent = _sent()
        file = add(ctx, draft_id, name=sent.filename or "", source=sent.stream)
    except (Invalid, Conflict) as error:
        errors = errors_of(error, "upload")
        return show_again(ctx, draft_id, back, error.status, file_errors=errors)
    return redirect(f"{back}?{urlencode({'file': file.id, **said})}#files", 303)


def _sent() -> FileStorage:
    found = request.files.get("upload")
    if found is None or not found.filename:
        words = _("Choose a file first.")
        raise Invalid(words, fields={"upload": [words]})
    return found


@pages.route("/studio/<uuid:draft_id>/course-files/<uuid:file_id>/remove", methods=["POST"])
@signed_in
@takes("back")
def remove_file(draft_id: uuid.UUID, file_id: uuid.UUID) -> Response:
    """Take a file out of the draft."""
    ctx = current_context()
    find(visible_draft_files(ctx).where(DraftFile.draft_id == draft_id), file_id)
    back = way_back(draft_id, url_for("academy.studio", draft_id=draft_id))
    remove(ctx, file_id)
    return redirect(f"{back}#files", 303)
