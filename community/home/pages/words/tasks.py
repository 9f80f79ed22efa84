"""An activity that is open: what one does there, and how much of it is left."""

from community.academy.kinds.builtin import KINDS, LIVE_SESSION
from community.home.pages.words.times import about
from community.home.queries.runs import Task
from community.kernel import localtime
from community.kernel.translation import _


def kind(task: Task) -> str:
    """Return what somebody does there, and where: "Quiz, module 2, 5 minutes"."""
    return _(
        "%(kind)s, module %(number)d, %(minutes)s",
        kind=KINDS[task.line.kind].label,
        number=task.module.module.position,
        minutes=localtime.duration(task.line.minutes),
    )


def nudge(task: Task) -> str:
    """Return what to say above the activity to go on with."""
    reading = task.activity.reading
    if task.activity.given_back and reading:
        return _("Given back by %(name)s", name=reading.by) if reading.by else _("Given back")
    if task.activity.fraction and task.line.kind != LIVE_SESSION.name:
        return _("Go on where you stopped")
    return _("Next for you")


def what_is_left(task: Task) -> str | None:
    """Return how long the rest of something begun takes; a session's length says nothing of it.

    Of one that was held: that it is yet to be counted, or what can be done where it was missed.
    """
    if task.activity.uncounted:
        return _("you were there: it is not counted yet")
    if task.activity.missed:
        return _("missed: a facilitator can count it")
    if task.activity.held:
        return _("it is over: a facilitator can count it")
    if not task.activity.fraction or task.line.kind == LIVE_SESSION.name:
        return None
    return _("%(time)s left", time=about(task.activity.minutes_left))


def go(task: Task) -> str:
    """Return what the button to an activity says."""
    if task.line.kind == LIVE_SESSION.name:
        return _("See when it is")
    return _("Go on") if task.activity.fraction else _("Begin")
