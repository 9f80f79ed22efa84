"""How drafts are read."""

from typing import Any

from marshmallow import fields

from community.academy.models import DraftActivity
from community.academy.queries import Preview
from community.academy.schemas.draft_files import DraftFileOut, DraftPictureOut
from community.academy.schemas.outlines import ActivityLineOut, ModuleLineOut
from community.kernel.paging import PageOut
from community.kernel.schemas import Out


class DraftLineOut(Out):
    """A draft as lists show it."""

    id = fields.UUID(required=True)
    course_id = fields.UUID(required=True)
    slug = fields.String(required=True)
    space_id = fields.UUID(required=True)
    title = fields.String(required=True)
    number = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The version it was made from."}
    )
    created_at = fields.AwareDateTime(required=True)


class DraftPageOut(PageOut):
    """A page of drafts."""

    items = fields.List(fields.Nested(DraftLineOut), required=True)


class DraftActivityLineOut(ActivityLineOut):
    """An activity of a draft without its text; ``minutes`` null: nobody has said so yet."""

    slug = fields.String(required=True)
    minutes = fields.Integer(required=True, allow_none=True)
    estimate = fields.Integer(required=True, metadata={"description": "Minutes."})
    revision = fields.Integer(required=True)
    flaws = fields.Integer(required=True)


class DraftModulePartOut(ModuleLineOut):
    """What a module of a draft says of itself in an outline, and which state of it that is."""

    slug = fields.String(required=True)
    opens_later = fields.Boolean(required=True)
    release = fields.String(required=True)
    revision = fields.Integer(required=True)


class DraftModuleLineOut(DraftModulePartOut):
    """A module of a draft with the lines of its activities."""

    flaws = fields.Integer(required=True)
    activities = fields.List(fields.Nested(DraftActivityLineOut), required=True)


class DraftOut(Out):
    """A draft: what the course says of itself, and its outline."""

    id = fields.UUID(required=True)
    course_id = fields.UUID(required=True)
    space_id = fields.UUID(required=True)
    slug = fields.String(required=True)
    number = fields.Integer(required=True, allow_none=True)
    newest = fields.Integer(required=True, allow_none=True)
    title = fields.String(required=True)
    language = fields.String(required=True)
    licence = fields.String(required=True)
    summary = fields.String(required=True)
    body = fields.String(required=True)
    revision = fields.Integer(required=True)
    edits = fields.Integer(
        required=True, metadata={"description": "How often anything in it has changed."}
    )
    changed_at = fields.AwareDateTime(required=True)
    flaws = fields.Integer(required=True)
    modules = fields.List(fields.Nested(DraftModuleLineOut), required=True)
    pictures = fields.List(fields.Nested(DraftPictureOut), required=True)
    files = fields.List(fields.Nested(DraftFileOut), required=True)


class DraftModuleOut(DraftModulePartOut):
    """A module of a draft with its text."""

    draft_id = fields.UUID(required=True)
    body = fields.String(required=True)
    changed_at = fields.AwareDateTime(required=True)


class DraftProblemOut(Out):
    """One thing that keeps a draft from being published."""

    sort = fields.String(
        required=True, metadata={"description": "course, module, activity, picture or file."}
    )
    id = fields.UUID(required=True, allow_none=True)
    field = fields.String(required=True, allow_none=True)
    line = fields.Integer(required=True, allow_none=True, metadata={"description": "From 1."})
    message = fields.String(required=True)


class DraftProblemsOut(Out):
    """All that keeps a draft from being published."""

    problems = fields.List(fields.Nested(DraftProblemOut), required=True)


class DraftHintOut(Out):
    """One thing to look at again."""

    code = fields.String(required=True)
    line = fields.Integer(required=True)
    message = fields.String(required=True)


class DraftActivityOut(DraftActivityLineOut):
    """An activity of a draft with its text, and what might be said of it."""

    draft_id = fields.UUID(required=True)
    module_id = fields.UUID(required=True)
    front = fields.Dict(required=True)
    body = fields.String(required=True)
    changed_at = fields.AwareDateTime(required=True)
    problems = fields.List(fields.Nested(DraftProblemOut), required=True)
    hints = fields.List(fields.Nested(DraftHintOut), required=True)


def as_draft_activity(row: DraftActivity, seen: Preview) -> dict[str, Any]:
    """Return an activity of a draft with its notes in the shape of ``DraftActivityOut``."""
    names = [name for name in DraftActivityOut().fields if hasattr(row, name)]
    return {
        **{name: getattr(row, name) for name in names},
        "flaws": len(seen.problems),
        "problems": seen.problems,
        "hints": seen.hints,
        "estimate": seen.estimate,
    }


class DraftPreviewOut(Out):
    """A text as its readers will see it."""

    html = fields.String(required=True)
    problems = fields.List(fields.Nested(DraftProblemOut), required=True)
    hints = fields.List(fields.Nested(DraftHintOut), required=True)
    estimate = fields.Integer(required=True, metadata={"description": "Minutes."})


class DraftFactOut(Out):
    """A setting that changed."""

    name = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class DraftSpanOut(Out):
    """A run of text: same, added, removed, or skipped."""

    sort = fields.String(required=True)
    text = fields.String(required=True)


class DraftChangeOut(Out):
    """What became of one thing."""

    sort = fields.String(required=True)
    id = fields.UUID(required=True, allow_none=True)
    title = fields.String(required=True)
    what = fields.List(fields.String(), required=True)
    former_title = fields.String(required=True, allow_none=True)
    module = fields.String(required=True, allow_none=True)
    former_module = fields.String(required=True, allow_none=True)
    facts = fields.List(fields.Nested(DraftFactOut), required=True)
    text = fields.List(fields.Nested(DraftSpanOut), required=True)


class DraftDifferenceOut(Out):
    """What publishing would change; ``digest`` is what publishing wants to hear."""

    number = fields.Integer(required=True, allow_none=True)
    is_behind = fields.Boolean(required=True)
    digest = fields.String(required=True)
    changes = fields.List(fields.Nested(DraftChangeOut), required=True)
