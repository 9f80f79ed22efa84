"""The front matter of the course folder's files, as docs/course-format.md tells authors."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import ValidationError, validate

from community.academy.kinds.fields import (
    FrontMatter,
    Line,
    WholeNumber,
    YesNo,
    at_most,
    from_to,
)
from community.academy.rules.releases import NoRule, canonical

MAX_TITLE = 200
MAX_SUMMARY = 300
"""Characters."""


class CourseFront(FrontMatter):
    """The head of course.md."""

    title = Line(required=True, validate=at_most(MAX_TITLE))
    language = Line(
        load_default="en",
        validate=validate.Regexp(
            r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}\Z",
            error=lazy_gettext("This must be a language tag such as en or pt-BR."),
        ),
    )
    licence = Line(
        load_default="",
        validate=validate.Regexp(
            r"(?:[A-Za-z0-9][A-Za-z0-9.+-]{0,39})?\Z",
            error=lazy_gettext("This must be an SPDX identifier such as CC-BY-4.0."),
        ),
    )
    summary = Line(load_default="", validate=at_most(MAX_SUMMARY))


class Release(Line):
    """When a module opens, as ``rules.releases`` reads it; nothing for what is usual."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        try:
            return canonical(super()._deserialize(value, attr, data, **kwargs))
        except NoRule as error:
            raise ValidationError([str(error)]) from error


class ModuleFront(FrontMatter):
    """The head of module.md."""

    title = Line(required=True, validate=at_most(MAX_TITLE))
    summary = Line(load_default="", validate=at_most(MAX_SUMMARY))
    opens_later = YesNo(load_default=False)
    release = Release(load_default="")


class ActivityFront(FrontMatter):
    """The keys every activity has, whatever its kind."""

    kind = Line(required=True)
    title = Line(required=True, validate=at_most(MAX_TITLE))
    minutes = WholeNumber(required=True, validate=from_to(1, 600))
    required = YesNo(load_default=True)
    phase = Line(
        load_default=None,
        validate=validate.OneOf(
            ("before", "during", "after"),
            error=lazy_gettext("This must be before, during or after."),
        ),
    )
