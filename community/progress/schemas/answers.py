"""What comes out of progress."""

from marshmallow import fields

from community.academy.schemas import ActivityContentOut, ActivityLineOut, ModuleLineOut
from community.cohorts.models import RunState
from community.kernel.paging import PageOut
from community.kernel.schemas import Out
from community.progress.policy import Seat
from community.progress.rules.completion import Outcome
from community.progress.rules.states import Status
from community.progress.rules.unlocking import Lock
from community.progress.schemas.policies import FindingOut, VerdictOut


class OutcomeOut(Out):
    """Where one stands after an act; ``missing`` says in words what is still to be done."""

    activity_id = fields.UUID(required=True)
    status = fields.Enum(Status, by_value=True, required=True)
    fraction = fields.Float(required=True)
    missing = fields.String(required=True)
    done = fields.Integer(required=True)
    required = fields.Integer(required=True)
    percent = fields.Integer(required=True)


class ActivityOut(ActivityLineOut):
    """An activity without its text, with where one stands; ``status`` null: nothing happened."""

    status = fields.Enum(Status, by_value=True, required=True, allow_none=True)
    fraction = fields.Float(required=True)
    missing = fields.String(required=True)
    due_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "Until when you have for it: with its module, or by itself."},
    )
    late = fields.Boolean(
        required=True,
        metadata={"description": "It is required and not done, and that time is over."},
    )


class ModuleOut(ModuleLineOut):
    """A module; ``lock`` says why it is not open, null: it is."""

    lock = fields.Enum(Lock, by_value=True, required=True, allow_none=True)
    opens_at = fields.AwareDateTime(required=True, allow_none=True)
    finish_first = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The activity that locks it."}
    )
    needs = fields.String(
        required=True, metadata={"description": "What else its rule asks for first, in words."}
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


class ContentOut(ActivityContentOut):
    """An activity with its text; ``settings`` as a learner may see them before answering."""


class MissingOut(Out):
    """A required activity that is not done, and why; ``lock`` where it is not open yet."""

    activity_id = fields.UUID(required=True)
    title = fields.String(required=True)
    missing = fields.String(required=True)
    lock = fields.Enum(Lock, by_value=True, required=True, allow_none=True)
    opens_at = fields.AwareDateTime(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    late = fields.Boolean(required=True)


class StreakOut(Out):
    """Weeks in a row in which one learned; breaks and pauses do not end it."""

    now = fields.Integer(required=True)
    longest = fields.Integer(required=True)


class DayOut(Out):
    """A day, and how much was done on it."""

    date = fields.Date(required=True)
    acts = fields.Integer(required=True)


class ProgressOut(Out):
    """One's own totals, and what is missing and why."""

    enrolment_id = fields.UUID(required=True)
    done = fields.Integer(required=True)
    required = fields.Integer(required=True)
    percent = fields.Integer(required=True)
    missing = fields.List(fields.Nested(MissingOut), required=True)
    asked = fields.List(
        fields.Nested(FindingOut),
        required=True,
        metadata={"description": "How far you are in what completes the run."},
    )
    verdicts = fields.List(fields.Nested(VerdictOut), required=True)
    streak = fields.Nested(StreakOut, required=True)
    days = fields.List(
        fields.Nested(DayOut),
        required=True,
        metadata={"description": "The days on which you learned, in your own zone."},
    )


class DecisionOut(Out):
    """A decision as it stands; ``status`` null: taken back."""

    enrolment_id = fields.UUID(required=True)
    activity_id = fields.UUID(required=True)
    status = fields.Enum(Status, by_value=True, required=True, allow_none=True)
    reason = fields.String(required=True)
    decided_by = fields.UUID(required=True)
    decided_at = fields.AwareDateTime(required=True)


class ExcusedOut(Out):
    """What was decided for many at once; ``batch_id`` takes it back."""

    batch_id = fields.UUID(required=True)
    learners = fields.Integer(required=True)


class BroughtOut(Out):
    """How many results were new, and how many were there already."""

    new = fields.Integer(required=True)
    known = fields.Integer(required=True)


class ActivityResultsOut(Out):
    """What came of an activity for those who have a seat; ``mean`` of the best scores."""

    activity_id = fields.UUID(required=True)
    title = fields.String(required=True)
    begun = fields.Integer(required=True)
    settled = fields.Integer(required=True)
    scored = fields.Integer(required=True)
    mean = fields.Float(required=True, allow_none=True)


class RunResultsOut(Out):
    """The activities of a run, in order."""

    activities = fields.List(fields.Nested(ActivityResultsOut), required=True)


class NudgeOut(Out):
    """A letter to a learner as it was sent."""

    id = fields.UUID(required=True)
    enrolment_id = fields.UUID(required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)
    sent_by = fields.UUID(required=True)
    sent_at = fields.AwareDateTime(required=True)


class CareOut(Out):
    """Who looks after a learner."""

    enrolment_id = fields.UUID(required=True)
    taken_by = fields.UUID(required=True)
    taken_at = fields.AwareDateTime(required=True)


class ColumnOut(Out):
    """An activity of the matrix."""

    activity_id = fields.UUID(required=True)
    module = fields.Integer(required=True)
    position = fields.Integer(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    required = fields.Boolean(required=True)


class SignsOut(Out):
    """Why a learner is fading, in figures."""

    quiet_days = fields.Integer(
        required=True, metadata={"description": "Whole days without work, breaks left out."}
    )
    missed = fields.Integer(
        required=True, metadata={"description": "Sessions missed, of the last ``sessions``."}
    )
    sessions = fields.Integer(required=True)
    late = fields.Integer(required=True, metadata={"description": "Activities that are late."})


class RowOut(Out):
    """A learner; ``cells`` has a letter for each column, see ``MatrixOut.letters``."""

    enrolment_id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    name = fields.String(required=True)
    percent = fields.Integer(required=True)
    cells = fields.String(required=True)
    signs = fields.Nested(
        SignsOut,
        required=True,
        allow_none=True,
        metadata={"description": "Why they are fading; null: they are not."},
    )
    paused = fields.Boolean(required=True)
    taken_by = fields.UUID(
        required=True, allow_none=True, metadata={"description": "Who looks after them."}
    )
    taker = fields.String(required=True, allow_none=True)
    nudged_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "When they were written to last."}
    )
    nudger = fields.String(required=True, allow_none=True)
    outcome = fields.Enum(
        Outcome,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={"description": "What their part in the run has come to so far."},
    )


class MatrixOut(PageOut):
    """Learners by name, ``items``; counts are of the whole run."""

    letters = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    columns = fields.List(fields.Nested(ColumnOut), required=True)
    items = fields.List(fields.Nested(RowOut), required=True)
    everybody = fields.Integer(required=True)
    fading = fields.Integer(required=True)
    late = fields.Integer(required=True)
    not_started = fields.Integer(required=True)
    paused = fields.Integer(required=True)
    completed = fields.Integer(required=True)
    participated = fields.Integer(required=True)
