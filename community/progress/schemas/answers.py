"""What comes out of progress."""

from marshmallow import fields, validate

from community.academy.kinds.builtin import KINDS
from community.academy.models import Phase
from community.cohorts.models import RunState
from community.kernel.paging import PageOut
from community.kernel.schemas import Out
from community.progress.policy import Seat
from community.progress.rules.states import Status
from community.progress.rules.unlocking import Lock


class OutcomeOut(Out):
    """Where one stands after an act; ``missing`` says in words what is still to be done."""

    activity_id = fields.UUID(required=True)
    status = fields.Enum(Status, by_value=True, required=True)
    fraction = fields.Float(required=True)
    missing = fields.String(required=True)
    done = fields.Integer(required=True)
    required = fields.Integer(required=True)
    percent = fields.Integer(required=True)


class OptionOut(Out):
    """An option; ``mark`` is empty, right, wrong or overlooked."""

    id = fields.String(required=True)
    html = fields.String(required=True)
    picked = fields.Boolean(required=True)
    mark = fields.String(required=True)
    feedback_html = fields.String(required=True)


class QuestionOut(Out):
    """A question; ``right`` and ``partly`` are null and texts empty until it is answered."""

    id = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "single or multiple."})
    prompt_html = fields.String(required=True)
    right = fields.Boolean(required=True, allow_none=True)
    partly = fields.Boolean(required=True, allow_none=True)
    explanation_html = fields.String(required=True)
    options = fields.List(fields.Nested(OptionOut), required=True)


class AttemptOut(Out):
    """A handed-in quiz, marked; ``attempts_left`` null: as often as one likes."""

    number = fields.Integer(required=True)
    score = fields.Integer(required=True, metadata={"description": "Per cent."})
    passed = fields.Boolean(required=True)
    pass_mark = fields.Integer(required=True, metadata={"description": "Per cent."})
    attempts_left = fields.Integer(required=True, allow_none=True)
    submitted_at = fields.AwareDateTime(required=True)
    questions = fields.List(fields.Nested(QuestionOut), required=True)


class ActivityOut(Out):
    """An activity without its text, with where one stands; ``status`` null: nothing happened."""

    id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(sorted(KINDS)))
    title = fields.String(required=True)
    minutes = fields.Integer(required=True)
    required = fields.Boolean(required=True)
    phase = fields.Enum(Phase, by_value=True, required=True, allow_none=True)
    status = fields.Enum(Status, by_value=True, required=True, allow_none=True)
    fraction = fields.Float(required=True)
    missing = fields.String(required=True)


class ModuleOut(Out):
    """A module; ``lock`` says why it is not open, null: it is."""

    id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    lock = fields.Enum(Lock, by_value=True, required=True, allow_none=True)
    opens_at = fields.AwareDateTime(required=True, allow_none=True)
    finish_first = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The activity that locks it."}
    )
    done = fields.Integer(required=True)
    required = fields.Integer(required=True)
    activities = fields.List(fields.Nested(ActivityOut), required=True)


class OutlineOut(Out):
    """A run's course as one has it; totals are of what is required."""

    run_id = fields.UUID(required=True)
    title = fields.String(required=True)
    state = fields.Enum(RunState, by_value=True, required=True)
    seat = fields.Enum(Seat, by_value=True, required=True)
    done = fields.Integer(required=True)
    required = fields.Integer(required=True)
    percent = fields.Integer(required=True)
    next = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The activity to go on with."}
    )
    modules = fields.List(fields.Nested(ModuleOut), required=True)


class ContentOut(Out):
    """An activity with its text; ``settings`` as a learner may see them before answering."""

    id = fields.UUID(required=True)
    module_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    minutes = fields.Integer(required=True)
    html = fields.String(required=True, metadata={"description": "Sanitised."})
    settings = fields.Dict(required=True)


class MissingOut(Out):
    """A required activity that is not done, and why; ``lock`` where it is not open yet."""

    activity_id = fields.UUID(required=True)
    title = fields.String(required=True)
    missing = fields.String(required=True)
    lock = fields.Enum(Lock, by_value=True, required=True, allow_none=True)
    opens_at = fields.AwareDateTime(required=True, allow_none=True)


class ProgressOut(Out):
    """One's own totals, and what is missing and why."""

    enrolment_id = fields.UUID(required=True)
    done = fields.Integer(required=True)
    required = fields.Integer(required=True)
    percent = fields.Integer(required=True)
    missing = fields.List(fields.Nested(MissingOut), required=True)


class DecisionOut(Out):
    """A decision as it stands; ``status`` null: taken back."""

    enrolment_id = fields.UUID(required=True)
    activity_id = fields.UUID(required=True)
    status = fields.Enum(Status, by_value=True, required=True, allow_none=True)
    reason = fields.String(required=True)
    decided_by = fields.UUID(required=True)
    decided_at = fields.AwareDateTime(required=True)


class ColumnOut(Out):
    """An activity of the matrix."""

    activity_id = fields.UUID(required=True)
    module = fields.Integer(required=True)
    position = fields.Integer(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    required = fields.Boolean(required=True)


class RowOut(Out):
    """A learner; ``cells`` has a letter for each column, see ``MatrixOut.letters``."""

    enrolment_id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    name = fields.String(required=True)
    percent = fields.Integer(required=True)
    cells = fields.String(required=True)
    days_away = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Whole days without an act, from a week on; else null."},
    )


class MatrixOut(PageOut):
    """Learners by name, ``items``; counts are of the whole run."""

    letters = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    columns = fields.List(fields.Nested(ColumnOut), required=True)
    items = fields.List(fields.Nested(RowOut), required=True)
    everybody = fields.Integer(required=True)
    fading = fields.Integer(required=True)
    late = fields.Integer(required=True)
