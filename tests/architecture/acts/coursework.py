"""What one makes in the activities of a run."""

from collections.abc import Mapping
from typing import Any

from architecture.acts.parts import (
    CHECKLIST,
    CLIENT,
    FILE,
    FILM,
    QUIZ,
    REFLECTION,
    SURVEY,
    Act,
    activity_page,
    answers,
    fixed,
)
from architecture.surfaces.seeing import in_run, sees_activity
from factories.neighbours import Side

from community.progress.policy import may_learn

AT = "2026-03-03T14:00:00+00:00"
WRITTEN = fixed(text="What I shall tell them.", revision=0)
HANDED_IN = fixed(text="What I shall tell them.", revision=0, client_id=CLIENT)
ANSWERS = fixed(answers={"q1": ["q1o1"]}, client_id=CLIENT)
THOUGHTS = activity_page("reflection")


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
    # ---------- by form
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
