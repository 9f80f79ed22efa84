"""Reporting a post, deciding about it, asking for a second look."""

from collections.abc import Mapping

from architecture.acts.parts import (
    MEMBER,
    MEMBER_PAGE,
    PAGE,
    POST,
    SEES_POST,
    SOMEBODY,
    SPACE,
    Act,
    fixed,
    in_open,
)
from architecture.eyes import Eyes
from architecture.surfaces.seeing import (
    decides,
    in_space,
    of,
    on_case,
    on_post,
    sees_space,
    space_of,
)
from architecture.surfaces.surface import Args, is_admin
from factories.neighbours import Neighbours

from community.moderation.policy import (
    may_answer_appeal,
    may_appeal,
    may_decide_case,
    may_lift,
    may_report,
    may_set_limits,
    may_silence_member,
    place_of,
)

CASE = in_open(case_id=lambda side: side.case)
DECISION = in_open(decision_id=lambda side: side.decision)
SEES_CASE = of("cases", "case_id")
SEES_DECISION = of("decisions", "decision_id")
DECIDES = on_case(may_decide_case)
WRONG = fixed(reason="unkind", note="It hurts.")
HIDE = fixed(outcome="hidden", reason="unkind", words="Write kindly.", note="The first time.")
SILENCE = fixed(outcome="silenced", lasts="day", reason="unkind", words="Rest.", note="Once more.")
MEASURE = in_open(decision_id=lambda side: side.measure)
SEES_MEASURE = of("measures", "decision_id")
LIFTS, ANSWERS = decides(may_lift), decides(may_answer_appeal)


def silences(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    """Ask who silences the member of the arguments."""
    with eyes.app.app_context():
        place = place_of(space_of(world, args), args["user_id"])
        return may_silence_member(eyes.context(), place)


SLOW = fixed(slow_seconds=30, newcomer_links=None, approve_first=0, blocked_words=[])
SLOW_FORM = fixed(slow_seconds=30, newcomer_links="any", approve_first=0, blocked_words=[])
SETS_LIMITS = in_space(may_set_limits)
WHY = fixed(text="It was meant well.")

ACTS: Mapping[str, Act] = {
    "moderation_api.report": Act("facilitator", POST, WRONG, SEES_POST, on_post(may_report)),
    "moderation_api.claim": Act("facilitator", CASE, sees=SEES_CASE, may=DECIDES),
    "moderation_api.release": Act("facilitator", CASE, sees=SEES_CASE, may=DECIDES),
    "moderation_api.decide": Act("facilitator", CASE, HIDE, SEES_CASE, DECIDES),
    "moderation_api.appeal": Act("member", DECISION, WHY, SEES_DECISION, decides(may_appeal)),
    "moderation_api.answer": Act(
        "owner",
        DECISION,
        fixed(overturn=False, words="So it is."),
        SEES_DECISION,
        decides(may_answer_appeal),
    ),
    "moderation_api.change_limits": Act("organiser", SPACE, SLOW, sees_space, SETS_LIMITS),
    "moderation.change_limits": Act("organiser", PAGE, SLOW_FORM, sees_space, SETS_LIMITS),
    "moderation_api.measure": Act("facilitator", MEMBER, SILENCE, sees_space, silences),
    "moderation_api.lift": Act("facilitator", MEASURE, sees=SEES_MEASURE, may=LIFTS),
    "moderation_api.answer_about_person": Act(
        "owner", MEASURE, fixed(overturn=False, words="So it is."), SEES_MEASURE, ANSWERS
    ),
    "moderation.measure": Act("facilitator", MEMBER_PAGE, SILENCE, sees_space, silences),
    "moderation.measure_everywhere": Act("admin", SOMEBODY, SILENCE, sees=is_admin),
    "moderation.lift": Act("facilitator", MEASURE, sees=SEES_MEASURE, may=LIFTS),
    "moderation.answer_about_person": Act(
        "owner", MEASURE, fixed(how="stays", words="So it is."), SEES_MEASURE, ANSWERS
    ),
    "moderation.send_report": Act("facilitator", POST, WRONG, SEES_POST, on_post(may_report)),
    "moderation.claim": Act("facilitator", CASE, sees=SEES_CASE, may=DECIDES),
    "moderation.release": Act("facilitator", CASE, sees=SEES_CASE, may=DECIDES),
    "moderation.decide": Act("facilitator", CASE, HIDE, SEES_CASE, DECIDES),
    "moderation.appeal": Act("member", DECISION, WHY, SEES_DECISION, decides(may_appeal)),
    "moderation.answer": Act(
        "owner",
        DECISION,
        fixed(how="stays", words="So it is."),
        SEES_DECISION,
        decides(may_answer_appeal),
    ),
}
