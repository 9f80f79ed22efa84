"""One's own picture: sent, and taken away."""

from flask import flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.formats.pictures import MAX_BYTES, squares_of
from community.accounts.operations import remove_picture, set_picture
from community.accounts.pages.blueprint import pages
from community.accounts.pages.profile import me_page
from community.kernel.addresses import url_for
from community.kernel.db import db
from community.kernel.doors import current_context, signed_in, takes_file
from community.kernel.errors import Invalid
from community.kernel.http import limiter
from community.kernel.pictures import ONE_PICTURE
from community.kernel.threads import in_thread

OFTEN = "10 per minute"  # a picture is more work than anything else one can send


@pages.route("/me/picture", methods=["GET", "POST"])
@signed_in
@takes_file("picture", most=MAX_BYTES)
@limiter.limit(OFTEN, methods=["POST"])
def picture() -> AnyResponse:
    """Take a picture of oneself in place of the one there is."""
    if request.method == "GET":  # the address of a refusal, asked for again
        return redirect(url_for("accounts.me") + "#picture", 303)
    ctx = current_context()
    sent = request.files.get("picture")
    data = sent.read(MAX_BYTES + 1) if sent else b""
    db.session.close()  # drawing takes long: hold no connection meanwhile
    try:
        with ONE_PICTURE:
            squares = in_thread(squares_of, data)
        set_picture(ctx, squares)
    except Invalid as error:
        return me_page(error.fields, 422)
    flash(_("This is your picture now."), "success")
    return redirect(url_for("accounts.me") + "#picture", 303)


@pages.route("/me/picture/remove", methods=["POST"])
@signed_in
def remove() -> AnyResponse:
    """Take one's picture away."""
    ctx = current_context()
    remove_picture(ctx)
    flash(_("Your picture is gone; your initials stand there again."), "success")
    return redirect(url_for("accounts.me") + "#picture", 303)
