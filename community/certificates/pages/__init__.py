"""The pages of certificates: one's own, those of a run, and the one that anybody may ask."""

from community.certificates.pages import learning, mine, organising, verifying
from community.certificates.pages.blueprint import pages

__all__ = ("learning", "mine", "organising", "pages", "verifying")
