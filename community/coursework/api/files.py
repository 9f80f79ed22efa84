"""Files and links over JSON."""

import uuid

from community.academy.kinds.builtin import FILE
from community.cohorts.policy import find_run
from community.coursework.api.blueprint import api
from community.coursework.operations import open_file
from community.coursework.queries import Opens, opens
from community.coursework.schemas import OpensOut
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import NotFound
from community.progress.operations import Headway
from community.progress.policy import open_line
from community.progress.schemas import OutcomeOut

WHERE = "/runs/<uuid:run_id>/activities/<uuid:activity_id>/file"


@api.route(WHERE)
@signed_in
@api.response(200, OpensOut)
def file(run_id: uuid.UUID, activity_id: uuid.UUID) -> Opens:
    """Read what there is to open: its address, and how large it is."""
    ctx = current_context()
    line = open_line(ctx, find_run(ctx, run_id), activity_id)
    if line.kind != FILE.name:
        raise NotFound
    return opens(line.id)


@api.route(f"{WHERE}/open", methods=["POST"])
@signed_in
@api.response(200, OutcomeOut)
def opened(run_id: uuid.UUID, activity_id: uuid.UUID) -> Headway:
    """Say that you open it; it counts once, however often you do."""
    return open_file(current_context(), run_id, activity_id)
