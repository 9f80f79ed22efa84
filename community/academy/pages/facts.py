"""The facts of an activity as fields: those every activity has, and those its kind's schema names.

A kind needs no template: each field of its ``front_schema`` becomes a field of the form, with the
label and the description of its metadata.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import fields, missing, validate

from community.academy.kinds.fields import WholeNumber, YesNo
from community.academy.kinds.protocol import ActivityKind
from community.academy.models import Phase
from community.academy.queries import FileLine

ACCEPTS = {"film": "video/mp4,video/webm,.mp4,.webm", "captions": "text/vtt,.vtt"}
"""What a browser offers where a file of one family alone can be chosen."""
OWN = "front."  # before the name of a kind's own key
MOST_MINUTES = 600
PHASES = {
    "": _l("Any time"),
    Phase.BEFORE.value: _l("Before the session"),
    Phase.DURING.value: _l("During the session"),
    Phase.AFTER.value: _l("After the session"),
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A small field: a number, a word, a time, a choice or a box.

    ``upload`` is "file" or "picture" where one of the course is chosen, so that one more can be
    added from there; ``accept`` says which of them. ``more`` is what few activities need: it stands
    folded below the text, open where one was ``changed``.
    """

    name: str
    label: str
    type: str
    value: Any
    hint: str = ""
    placeholder: str = ""
    least: int | None = None
    most: int | None = None
    options: Sequence[tuple[str, str]] = ()
    upload: str = ""
    accept: str = ""
    more: bool = False
    changed: bool = False


def facts_of(typed: Mapping[str, Any]) -> list[Fact]:
    """Return the fields every activity has, with what was typed into them."""
    return [
        Fact(
            name="minutes",
            label=_("Minutes"),
            type="number",
            value=_shown(typed["minutes"]),
            least=1,
            most=MOST_MINUTES,
        ),
        Fact(
            name="phase",
            label=_("When"),
            type="select",
            value=typed["phase"] or "",
            options=[(key, str(words)) for key, words in PHASES.items()],
        ),
        Fact(name="required", label=_("Required"), type="checkbox", value=typed["required"]),
    ]


def own_facts(
    kind: ActivityKind,
    front: Mapping[str, Any],
    files: Sequence[FileLine] = (),
    pictures: Sequence[str] = (),
) -> list[Fact]:
    """Return the fields of a kind's own keys; ``front``: what was typed into them.

    A key that names a file or a picture of the course becomes a choice of the draft's ``files``, or
    of the paths of its ``pictures``.
    """
    return [_own(key, field, front, files, pictures) for key, field in _keys(kind)]


def own_front(kind: ActivityKind, form: Mapping[str, str]) -> dict[str, str]:
    """Return what a form says of a kind's own keys, as it was typed."""
    return {
        key: ("true" if form.get(OWN + key) else "false")
        if isinstance(field, YesNo)
        else form.get(OWN + key, "")
        for key, field in _keys(kind)
    }


def whole(text: str) -> int | str:
    """Return the number that was typed; what is none stays as it is, to be refused."""
    digits = text.strip()
    plain = digits.isascii() and digits.isdigit() and len(digits) <= 9
    return int(digits) if plain else digits


def _keys(kind: ActivityKind) -> list[tuple[str, fields.Field[Any]]]:
    return [(each.data_key or name, each) for name, each in kind.front_schema().fields.items()]


def _own(
    key: str,
    field: fields.Field[Any],
    front: Mapping[str, Any],
    files: Sequence[FileLine],
    pictures: Sequence[str],
) -> Fact:
    said = field.metadata
    value = front.get(key)
    usual = "" if field.load_default in (None, missing) else field.load_default
    more: dict[str, Any] = {}
    rules = field.validators
    bounds = next((rule for rule in rules if isinstance(rule, validate.Range)), None)
    choice = next((rule for rule in rules if isinstance(rule, validate.OneOf)), None)
    if isinstance(field, YesNo):
        kind = "checkbox"
        value = field.load_default if value is None else value in (True, "true")
    elif families := said.get("files"):
        kind = "select"
        value = usual if value is None else value
        more["options"] = _of_course(
            value, [file.path for file in files if file.sort.family in families]
        )
        more |= {"upload": "file", "accept": ACCEPTS.get("".join(families), "")}
    elif endings := said.get("pictures"):
        kind = "select"
        value = usual if value is None else value
        more["options"] = _of_course(value, [path for path in pictures if path.endswith(endings)])
        more |= {"upload": "picture", "accept": ",".join(endings)}
    elif choice is not None:
        kind = "select"
        labels = choice.labels or choice.choices
        more["options"] = [
            (str(each), str(words)) for each, words in zip(choice.choices, labels, strict=False)
        ]
        value = usual if value is None else value
    elif isinstance(field, WholeNumber):
        kind = "number"
        if bounds is not None:
            more.update(least=bounds.min, most=bounds.max)
    else:
        kind = said.get("input", "text")
        value = usual if value is None and kind == "time" else value
    return Fact(
        name=OWN + key,
        label=str(said.get("label", key)),
        type=kind,
        value=value if kind == "checkbox" else _shown(value),
        hint=str(said.get("description", "")),
        placeholder=str(usual),
        more=bool(said.get("more")),
        changed=value != usual if kind == "checkbox" else _shown(value) not in {"", str(usual)},
        **more,
    )


def _of_course(value: Any, paths: Sequence[str]) -> list[tuple[str, str]]:
    """Return what of the course can be chosen; what is away by now is a problem, not a loss."""
    kept = [] if value in {"", *paths} else [str(value)]
    return [("", _("None yet")), *((path, path.partition("/")[2]) for path in (*paths, *kept))]


def _shown(value: Any) -> str:
    return "" if value is None else str(value)
