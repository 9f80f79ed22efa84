"""The blueprint that the pages of certificates share."""

from flask import Blueprint

pages = Blueprint("certificates", __name__)
