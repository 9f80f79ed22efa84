"""Texts as they are searched."""

import unicodedata

from community.accounts.rules.limits import MOST_TERMS, SEARCH_LONGEST

TERMS = tuple(f"term_{number}" for number in range(MOST_TERMS))
"""The names of what a statement that searches is given: see ``patterns``."""


def folded(text: str) -> str:
    """Return a text as it is searched: without case and accents, its blanks single."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())


def patterns(text: str) -> dict[str, str]:
    """Return what each of the ``MOST_TERMS`` terms is compared with by LIKE, "/" escaping.

    ``term_0`` and so on; those that are not used fit every text.
    """
    given = dict.fromkeys(TERMS, "%")
    for name, term in zip(TERMS, search_terms(text), strict=False):
        for sign in "/%_":
            term = term.replace(sign, f"/{sign}")  # noqa: PLW2901
        given[name] = f"%{term}%"
    return given


def search_terms(text: str) -> tuple[str, ...]:
    """Return the words somebody looks for, folded, at most ``MOST_TERMS``."""
    return tuple(dict.fromkeys(folded(text[:SEARCH_LONGEST]).split()))[:MOST_TERMS]
