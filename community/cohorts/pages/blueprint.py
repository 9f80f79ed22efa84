"""The blueprint of the pages about runs."""

from flask import Blueprint

pages = Blueprint("cohorts", __name__)
