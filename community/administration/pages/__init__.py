"""The pages of whoever runs the installation."""

from community.administration.pages.audit import audit
from community.administration.pages.blueprint import contribute, pages
from community.administration.pages.people import accounts, change_account
from community.administration.pages.site import site
from community.administration.pages.spaces import change_space, spaces

__all__ = [
    "accounts",
    "audit",
    "change_account",
    "change_space",
    "contribute",
    "pages",
    "site",
    "spaces",
]
