"""The blueprint that the views of this package register with."""

from flask import Blueprint

pages = Blueprint("transfers", __name__)
