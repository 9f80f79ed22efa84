"""Which of what begins as somebody types is suggested, and in which order."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import TypeVar

from community.search.rules.asking import Asked, Term
from community.search.rules.words import words

MOST_SUGGESTED = 5

T = TypeVar("T")


def as_typed(asked: Asked) -> Asked:
    """Return a question of which the last word was only just begun, without that word.

    A single letter narrows nothing yet; as a word of its own it would fit almost nothing.
    """
    *before, last = asked.terms or [Term(())]
    begun = len(last.words) == 1 and len(last.words[0]) == 1 and last.words[0].isascii()
    if not before or not begun or last.words[0].isdigit():
        return asked
    return dataclasses.replace(asked, terms=before)


def says(title: str, terms: Sequence[Term]) -> bool:
    """Return whether a title holds all that is looked for."""
    folded = f" {' '.join(words(title))} "
    return all(_wanted(term) in folded for term in terms)


def begins(title: str, terms: Sequence[Term]) -> bool:
    """Return whether a title begins with the first of what is looked for."""
    return f" {' '.join(words(title))} ".startswith(_wanted(terms[0]))


def _wanted(term: Term) -> str:
    return f" {' '.join(term.words)}{'' if term.part else ' '}"


def few(groups: Iterable[Sequence[T]]) -> list[T]:
    """Return as many as are suggested: the first of each group, then the second, and so on.

    They stand in the order of the groups, so that many of one kind hide no other.
    """
    kept = [list(group) for group in groups]
    room = MOST_SUGGESTED
    taken = [0] * len(kept)
    while room and any(taken[n] < len(group) for n, group in enumerate(kept)):
        for n, group in enumerate(kept):
            if room and taken[n] < len(group):
                taken[n] += 1
                room -= 1
    return [each for n, group in enumerate(kept) for each in group[: taken[n]]]
