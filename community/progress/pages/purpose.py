"""What a thread of a run is there for: the activity it was begun for, and the way back to it."""

import uuid

from flask_babel import gettext as _

from community.cohorts.models import Run
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.frame import NavItem
from community.progress.policy import accesses, plan
from community.progress.queries import activity_of_thread


def begun_for(thread_id: uuid.UUID) -> str | None:
    """Return in words which activity a thread was begun for; None: for none."""
    found = activity_of_thread(thread_id)
    return _label(found[0], found[2]) if found else None


def _label(run: Run, activity_id: uuid.UUID) -> str:
    course = plan(run.version_id)
    line = course.lines[activity_id]
    module = course.modules[line.module_id]
    told = {"module": module.position, "number": line.position}
    return str(_("Module %(module)d, activity %(number)d", **told))


def purpose(ctx: Context, thread_id: uuid.UUID) -> NavItem | None:
    """Return the activity a thread was begun for; the caller has found the thread.

    It leads to the activity, or to its module in the course while that is locked.
    """
    found = activity_of_thread(thread_id)
    if found is None:
        return None
    run, slug, activity_id = found
    course = plan(run.version_id)
    line = course.lines[activity_id]
    module = course.modules[line.module_id]
    access = accesses(ctx, run).get(module.id)
    if access and access.open:
        url = url_for(
            "progress.activity", slug=slug, module=module.position, activity=line.position
        )
    else:
        url = url_for("progress.learn", slug=slug, _anchor=f"module-{module.position}")
    return NavItem(_label(run, activity_id), url, "learn")
