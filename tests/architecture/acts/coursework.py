"""What one makes in the activities of a run."""

from collections.abc import Mapping
from typing import Any

from architecture.acts.parts import (
    ASSIGNMENT,
    CHECKLIST,
    CLIENT,
    ESSAYS,
    ESSAYS_PAGE,
    EXTENSION,
    FILE,
    FILM,
    HAND_IN,
    HAND_IN_PAGE,
    QUIZ,
    REFLECTION,
    SURVEY,
    Act,
    Given,
    activity_page,
    answers,
    fixed,
    tomorrow,
)
from architecture.eyes import Eyes
from architecture.surfaces.seeing import in_run, marks_essays, of, sees_activity, sees_hand_in
from architecture.surfaces.surface import Args
from factories.neighbours import Neighbours, Side

from community.cohorts.models import Run
from community.coursework.policy import may_extend, may_mark
from community.progress.policy import may_learn

AT = "2026-03-03T14:00:00+00:00"
WRITTEN = fixed(text="What I shall tell them.", revision=0)
HANDED_IN = fixed(text="What I shall tell them.", revision=0, client_id=CLIENT)
ANSWERS = fixed(answers={"q1": ["q1o1"]}, client_id=CLIENT)
THOUGHTS = activity_page("reflection")
WORK = activity_page("assignment")
MARKED = fixed(levels={"c1": "c1l1", "c2": "c2l1"}, comment="Good.", edition=0, outcome="accepted")
MARKED_BY_FORM = fixed(
    **{"level.c1": "c1l1", "level.c2": "c2l1"}, comment="Good.", edition="0", outcome="accepted"
)
MORE_TIME = fixed(until=tomorrow(), reason="Was ill all week.")
OF_MEMBER: Given = lambda side: {"enrolment": str(side.run.enrolments["member"])}  # noqa: E731
MORE_TIME_BY_FORM: Given = lambda side: {**OF_MEMBER(side), **MORE_TIME(side)}  # noqa: E731
ESSAYS_MARKED = fixed(points={"q1": 1}, comments={"q1": "Good."}, edition=0, done=True)
ESSAYS_MARKED_BY_FORM = fixed(**{"points.q1": "1", "comment.q1": "Good."}, edition="0", done="1")
SEES_ATTEMPT = of("attempts", "attempt_id")
SEES_HAND_IN = of("submissions", "submission_id")
SEES_FILE = of("work_files", "file_id")


def own_file(side: Side) -> Args:
    return {"file_id": side.work_files["mine"]}


def own_file_page(side: Side) -> Args:
    return {**WORK(side), **own_file(side)}


def sees_own_file(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    """Whether somebody has the activity open, and sees the file in it."""
    return sees_activity(eyes, world, args) and SEES_FILE(eyes, world, args)


def leads_it(eyes: Eyes, world: Neighbours, _args: Args) -> bool:
    """Whether somebody may mark what was handed in in the open run."""
    return eyes.may(may_mark, Run, world.here.run.id)


def told(side: Side) -> dict[str, Any]:
    """Tell two acts; what is said of each is said in the answer, one by one."""
    activity = CHECKLIST(side)["activity_id"]
    shared = {"run_id": str(side.run.id), "activity_id": str(activity), "at": AT, "kind": "ticked"}
    ticks = [{**shared, "client_id": f"{CLIENT}{n}", "told": {"items": ["i1"]}} for n in "ab"]
    return {"told_at": AT, "acts": ticks}


ACTS: Mapping[str, Act] = {
    # ---------- over JSON
    "coursework_api.tell_acts": Act("member", given=told),
    "coursework_api.ticks": Act(
        "member",
        CHECKLIST,
        fixed(items=["i1"], client_id=CLIENT),
        sees_activity,
        in_run(may_learn),
    ),
    "coursework_api.opened": Act("member", FILE, sees=sees_activity, may=in_run(may_learn)),
    "coursework_api.watched": Act(
        "member",
        FILM,
        fixed(played=[[0.0, 12.5]], position=12.5),
        sees_activity,
        in_run(may_learn),
    ),
    "coursework_api.watched_elsewhere": Act(
        "member", FILM, sees=sees_activity, may=in_run(may_learn)
    ),
    "coursework_api.reflection_draft": Act(
        "member", REFLECTION, WRITTEN, sees_activity, in_run(may_learn)
    ),
    "coursework_api.share_reflection": Act(
        "member", REFLECTION, HANDED_IN, sees_activity, in_run(may_learn)
    ),
    "coursework_api.take_reflection_back": Act(
        "member", REFLECTION, sees=sees_activity, may=in_run(may_learn)
    ),
    "coursework_api.send_answers": Act("member", SURVEY, ANSWERS, sees_activity, in_run(may_learn)),
    "coursework_api.begin": Act(
        "member", QUIZ, fixed(client_id=CLIENT), sees_activity, in_run(may_learn)
    ),
    "coursework_api.keep": Act(
        "member",
        QUIZ,
        fixed(answers={"q1": ["q1o2"]}),
        sees_activity,
        in_run(may_learn),
    ),
    "coursework_api.attempt": Act("member", QUIZ, answers, sees_activity, in_run(may_learn)),
    "coursework_api.work_draft": Act(
        "member", ASSIGNMENT, WRITTEN, sees_activity, in_run(may_learn)
    ),
    "coursework_api.new_work_file": Act(
        "member",
        ASSIGNMENT,
        fixed(name="notes.txt", data="VGhlIHdlbGxz"),
        sees_activity,
        in_run(may_learn),
    ),
    "coursework_api.drop_work_file": Act("member", own_file, sees=SEES_FILE),
    "coursework_api.hand_in_a_version": Act(
        "member", ASSIGNMENT, HANDED_IN, sees_activity, in_run(may_learn)
    ),
    "coursework_api.take_version_back": Act(
        "member", ASSIGNMENT, sees=sees_activity, may=in_run(may_learn)
    ),
    "coursework_api.mark": Act("facilitator", HAND_IN, MARKED, SEES_HAND_IN, leads_it),
    "coursework_api.mark_attempt": Act(
        "facilitator", ESSAYS, ESSAYS_MARKED, SEES_ATTEMPT, leads_it
    ),
    "coursework_api.extend": Act(
        "facilitator", EXTENSION, MORE_TIME, sees_activity, in_run(may_extend)
    ),
    "coursework_api.no_extension": Act(
        "facilitator", EXTENSION, sees=sees_activity, may=in_run(may_extend)
    ),
    # ---------- by form
    "coursework.save_the_work": Act("member", WORK, WRITTEN, sees_activity, in_run(may_learn)),
    "coursework.hand_in_the_work": Act("member", WORK, HANDED_IN, sees_activity, in_run(may_learn)),
    "coursework.take_the_work_back": Act("member", WORK, sees=sees_activity, may=in_run(may_learn)),
    "coursework.add_file": Act(
        "member", WORK, sees=sees_activity, may=in_run(may_learn), file="upload"
    ),
    "coursework.remove_file": Act(
        "member", own_file_page, sees=sees_own_file, may=in_run(may_learn)
    ),
    "coursework.hand_in_page": Act(
        "facilitator", HAND_IN_PAGE, MARKED_BY_FORM, sees_hand_in, in_run(may_mark)
    ),
    "coursework.essays_page": Act(
        "facilitator", ESSAYS_PAGE, ESSAYS_MARKED_BY_FORM, marks_essays, in_run(may_mark)
    ),
    "coursework.more_time": Act(
        "facilitator", WORK, MORE_TIME_BY_FORM, sees_activity, in_run(may_extend)
    ),
    "coursework.no_more_time": Act(
        "facilitator", WORK, OF_MEMBER, sees_activity, in_run(may_extend)
    ),
    "coursework.begin": Act(
        "member", activity_page("quiz"), fixed(client_id=CLIENT), sees_activity, in_run(may_learn)
    ),
    "coursework.answer": Act(
        "member",
        activity_page("quiz"),
        fixed(**{"answer.q1": "q1o2", "answer.q2": "q2o1", "client_id": CLIENT}),
        sees_activity,
        in_run(may_learn),
    ),
    "coursework.say_it": Act(
        "member", activity_page("film"), sees=sees_activity, may=in_run(may_learn)
    ),
    "coursework.open_it": Act(
        "member", activity_page("file"), sees=sees_activity, may=in_run(may_learn)
    ),
    "coursework.save_checklist": Act(
        "member",
        activity_page("checklist"),
        fixed(items="i1", client_id=CLIENT),
        sees_activity,
        in_run(may_learn),
    ),
    "coursework.save_reflection": Act(
        "member", THOUGHTS, WRITTEN, sees_activity, in_run(may_learn)
    ),
    "coursework.share_reflection": Act(
        "member", THOUGHTS, HANDED_IN, sees_activity, in_run(may_learn)
    ),
    "coursework.take_reflection_back": Act(
        "member", THOUGHTS, sees=sees_activity, may=in_run(may_learn)
    ),
    "coursework.send_answers": Act(
        "member",
        activity_page("survey"),
        fixed(**{"answer.q1": "q1o1", "client_id": CLIENT}),
        sees_activity,
        in_run(may_learn),
    ),
}
