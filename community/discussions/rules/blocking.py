"""Whom somebody blocks."""

MOST_BLOCKED = 1_000
"""People whom one person blocks."""
