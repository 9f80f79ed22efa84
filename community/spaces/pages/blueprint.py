"""The blueprint that the views of this package register with, and what they share."""

from typing import TypeVar

from flask import Blueprint, request
from werkzeug.wrappers import Response

R = TypeVar("R", bound=Response)

pages = Blueprint("spaces", __name__)


def typed_form() -> dict[str, str]:
    """Return the form as it was filled in, without what is not the form's."""
    return {name: text for name, text in request.form.items() if name != "csrf_token"}


def unstored(response: R) -> R:
    """Keep a page that holds a secret out of every cache."""
    response.headers["Cache-Control"] = "no-store"
    return response
