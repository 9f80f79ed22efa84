"""The blueprint that the views of this package register with."""

from flask import Blueprint

pages = Blueprint("notifications", __name__)
