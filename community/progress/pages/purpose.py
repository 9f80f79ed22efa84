"""What a thread of a run is there for: the activity it was begun for, and the way back to it."""

import uuid

from flask_babel import gettext as _

from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.frame import NavItem
from community.progress.policy import accesses, plan
from community.progress.queries import activity_of_thread


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
    label = _(
        "Module %(module)d, activity %(number)d", module=module.position, number=line.position
    )
    return NavItem(label, url, "learn")
