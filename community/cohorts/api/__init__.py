"""Runs over JSON."""

from community.cohorts.api import releases, runs
from community.cohorts.api.blueprint import api

__all__ = ["api", "releases", "runs"]
