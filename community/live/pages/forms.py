"""The form in which a session is planned, the first time and afterwards."""

from typing import Any

from flask import request

PLANNED = ("title", "plan", "local_at", "zone", "minutes")


def typed(*names: str) -> dict[str, str]:
    """Return what stands in some fields of the form that was sent, as it was typed."""
    return {name: request.form.get(name, "") for name in names}


def given(fields: dict[str, str], *numbers: str) -> dict[str, Any]:
    """Return what a form sends, those of its fields that are ``numbers`` as such."""
    return {**fields, **{name: _number(fields[name]) for name in numbers}}


def _number(text: str) -> int | str:
    digits = text.strip()
    plain = digits.isascii() and digits.isdigit() and len(digits) <= 9
    return int(digits) if plain else digits
