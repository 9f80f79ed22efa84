"""Courses over JSON, for those who keep them."""

from community.academy.api import courses, drafts, writing
from community.academy.api.blueprint import api

__all__ = ["api", "courses", "drafts", "writing"]
