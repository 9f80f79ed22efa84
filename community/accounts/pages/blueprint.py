"""The blueprint that the views of this package register with, and what they share."""

from flask import Blueprint, Response, make_response, render_template

from community.kernel.unstored import unstored

pages = Blueprint("accounts", __name__)


def dead_link() -> Response:
    """Answer any link of a letter that does not work, for whatever reason, in the same words."""
    return unstored(make_response(render_template("accounts/dead_link.html"), 404), by_secret=True)
