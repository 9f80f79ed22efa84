"""What one does with runs, places in them, and what learners do there."""

from collections.abc import Mapping

from architecture.acts.parts import (
    CLIENT,
    CLOSED,
    DECIDED,
    DECISION,
    ENROLLED,
    EXCUSED,
    LEAD,
    LEARNER,
    LETTER_TO,
    PAGE,
    PLACE,
    PLACE_PAGE,
    PLANNED,
    READING,
    RUN,
    SEES_PLACE,
    SHIFT,
    TAKEN,
    TERMS,
    WHY,
    Act,
    copy_seen,
    dates,
    dates_seen,
    fixed,
    in_open,
    on_course,
    on_enrolment,
    on_place,
    rules_seen,
    run_fields,
    shift_seen,
    slug,
    version_of,
    version_seen,
)
from architecture.surfaces.seeing import (
    begins_more,
    both,
    has_place,
    in_run,
    in_space,
    may_begin,
    of,
    sees_activity,
    sees_record,
    sees_run,
    sees_space,
)

from community.cohorts.policy import (
    may_close_run,
    may_edit_run,
    may_open_run,
    may_pause_learner,
    may_reopen_run,
    may_return_learner,
    may_withdraw_learner,
    may_withdraw_run,
)
from community.progress.policy import may_change_rules, may_decide, may_learn, may_look_after
from community.spaces.policy import may_invite

ACTS: Mapping[str, Act] = {
    # ---------- over JSON
    "cohorts_api.pause_place": Act("owner", PLACE, WHY, SEES_PLACE, on_place(may_pause_learner)),
    "cohorts_api.return_place": Act("owner", PLACE, WHY, SEES_PLACE, on_place(may_return_learner)),
    "cohorts_api.withdraw_place": Act(
        "owner", PLACE, WHY, SEES_PLACE, on_place(may_withdraw_learner)
    ),
    "cohorts_api.create": Act(
        "owner",
        given=lambda side: {"version_id": str(side.version), **run_fields(side)},
        sees=of("versions", "version_id"),
        may=on_course,
        named=("version_id",),
    ),
    "cohorts_api.open_": Act("owner", PLANNED, sees=sees_run, may=in_run(may_open_run)),
    "cohorts_api.close": Act("owner", RUN, sees=sees_run, may=in_run(may_close_run)),
    "cohorts_api.edit": Act(
        "owner", RUN, fixed(name="Another", capacity=31), sees_run, in_run(may_edit_run)
    ),
    "cohorts_api.reopen": Act("owner", CLOSED, sees=sees_run, may=in_run(may_reopen_run)),
    "cohorts_api.withdraw": Act("owner", PLANNED, sees=sees_run, may=in_run(may_withdraw_run)),
    "cohorts_api.preview_shift": Act("owner", RUN, SHIFT, sees_run, in_run(may_edit_run)),
    "cohorts_api.shift": Act("owner", RUN, shift_seen, sees_run, in_run(may_edit_run)),
    "cohorts_api.preview_dates": Act("owner", RUN, dates, sees_run, in_run(may_edit_run)),
    "cohorts_api.dates": Act("owner", RUN, dates_seen, sees_run, in_run(may_edit_run)),
    "cohorts_api.preview_version": Act("owner", RUN, version_of, sees_run, in_run(may_edit_run)),
    "cohorts_api.version": Act(
        "owner",
        RUN,
        lambda side: {**version_of(side), "seen": "0" * 32},
        sees_run,
        in_run(may_edit_run),
    ),
    "cohorts_api.preview_copy": Act(
        "owner", RUN, run_fields, sees_run, both(may_edit_run, begins_more)
    ),
    "cohorts_api.copy": Act("owner", RUN, copy_seen, sees_run, both(may_edit_run, begins_more)),
    "cohorts_api.appoint": Act(
        "owner", LEARNER, fixed(role="facilitator"), sees_run, in_run(may_edit_run)
    ),
    "cohorts_api.dismiss": Act("owner", LEAD, fixed(role="member"), sees_run, in_run(may_edit_run)),
    "progress_api.reading": Act(
        "member",
        READING,
        fixed(fraction=0.5, client_id=CLIENT),
        sees_activity,
        in_run(may_learn),
    ),
    "progress_api.preview": Act("owner", RUN, fixed(**TERMS), sees_run, in_run(may_change_rules)),
    "progress_api.new_policy": Act("owner", RUN, rules_seen, sees_run, in_run(may_change_rules)),
    "progress_api.write_to": Act(
        "owner", ENROLLED, LETTER_TO, of("records", "enrolment_id"), on_enrolment
    ),
    "progress_api.excuse": Act("owner", READING, EXCUSED, sees_run, in_run(may_decide)),
    "progress_api.take_back": Act(
        "owner",
        lambda side: {"run_id": side.run.id, "batch_id": side.batch},
        sees=sees_run,
        may=in_run(may_decide),
    ),
    "progress_api.take": Act(
        "owner", ENROLLED, sees=of("records", "enrolment_id"), may=on_enrolment
    ),
    "progress_api.release": Act(
        "owner", TAKEN, sees=of("records", "enrolment_id"), may=on_enrolment
    ),
    "progress_api.decision": Act(
        "owner", DECISION, DECIDED, of("records", "enrolment_id"), on_enrolment
    ),
    # ---------- by form
    "cohorts.pause_me": Act("member", PAGE, WHY, has_place),
    "cohorts.return_me": Act("member", PAGE, WHY, has_place),
    "cohorts.pause_place": Act("owner", PLACE_PAGE, WHY, SEES_PLACE, in_space(may_invite)),
    "cohorts.return_place": Act("owner", PLACE_PAGE, WHY, SEES_PLACE, in_space(may_invite)),
    "cohorts.withdraw_place": Act("owner", PLACE_PAGE, WHY, SEES_PLACE, in_space(may_invite)),
    "cohorts.new_run": Act(
        "owner",
        lambda side: {"?version": side.version},
        run_fields,
        of("versions", "?version"),
        may_begin,
    ),
    "cohorts.settings": Act(
        "owner",
        PAGE,
        fixed(name="Another", capacity=31, revision=""),
        sees_run,
        in_run(may_edit_run),
    ),
    "cohorts.shift": Act("owner", PAGE, shift_seen, sees_run, in_run(may_edit_run)),
    "cohorts.version": Act("owner", PAGE, version_seen, sees_run, in_run(may_edit_run)),
    "cohorts.dates": Act("owner", PAGE, dates_seen, sees_run, in_run(may_edit_run)),
    "cohorts.next_run": Act("owner", PAGE, copy_seen, sees_run, both(may_edit_run, begins_more)),
    "cohorts.appoint": Act(
        "owner",
        in_open(slug=slug, user_id=lambda side: side.people["member"]),
        fixed(role="facilitator"),
        sees_run,
        in_run(may_edit_run),
    ),
    "cohorts.dismiss": Act(
        "owner",
        in_open(slug=slug, user_id=lambda side: side.people["facilitator"]),
        fixed(role="member"),
        sees_run,
        in_run(may_edit_run),
    ),
    "cohorts.withdraw": Act(
        "owner",
        lambda side: {"slug": side.runs["planned"].slug},
        sees=sees_run,
        may=in_run(may_withdraw_run),
    ),
    "cohorts.reopen": Act(
        "owner",
        lambda side: {"slug": side.runs["closed"].slug},
        sees=sees_run,
        may=in_run(may_reopen_run),
    ),
    "progress.finish": Act(
        "member",
        lambda side: {"slug": side.run.slug, "module": 1, "activity": 1},
        fixed(client_id=CLIENT),
        sees_activity,
        in_run(may_learn),
    ),
    "progress.rules": Act(
        "owner",
        PAGE,
        fixed(required="80", part_required="40", step="look"),
        sees_run,
        in_run(may_change_rules),
    ),
    "progress.nudge_page": Act(
        "owner",
        lambda side: {"slug": side.run.slug, **ENROLLED(side)},
        LETTER_TO,
        sees_record,
        in_run(may_look_after),
    ),
    "progress.excuse": Act(
        "owner",
        PAGE,
        lambda side: {
            "activity": str(side.activities[0]),
            "learner": str(side.run.enrolments["member"]),
            "status": "excused",
            "reason": "Was ill all week.",
        },
        sees_run,
        in_run(may_decide),
    ),
    "progress.take_back": Act(
        "owner",
        lambda side: {"slug": side.run.slug, "batch_id": side.batch},
        sees=sees_run,
        may=in_run(may_decide),
    ),
    "progress.take": Act(
        "owner",
        lambda side: {"slug": side.run.slug, **ENROLLED(side)},
        sees=sees_record,
        may=in_run(may_look_after),
    ),
    "progress.release": Act(
        "owner",
        lambda side: {"slug": side.run.slug, **TAKEN(side)},
        sees=sees_record,
        may=in_run(may_look_after),
    ),
    "progress.decision": Act(
        "owner",
        lambda side: {"slug": side.run.slug, **DECISION(side)},
        DECIDED,
        sees_record,
        in_run(may_decide),
    ),
    "home.open_the_run": Act(
        "owner",
        lambda side: {"slug": side.runs["planned"].slug},
        sees=sees_space,
        may=in_run(may_open_run),
    ),
    "home.close_the_run": Act("owner", PAGE, sees=sees_space, may=in_run(may_close_run)),
}
