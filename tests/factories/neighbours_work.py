"""What learners of a side made: what they wrote, answered and handed in, each with its word."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import Flask

from community.academy.kinds.builtin import QUIZ
from community.academy.kinds.quiz.sheets import make_sheet
from community.academy.kinds.reflection.kind import Readers
from community.academy.queries import outline
from community.coursework.models import (
    AssignmentWork,
    Extension,
    QuizAttempt,
    Reflection,
    Stage,
    Submission,
    SurveyAnswer,
    WorkFile,
)
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.files.models import StoredFile
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work

DAY = dt.timedelta(days=1)


def make_reflections(app: Flask, word: str, version: uuid.UUID, learner: uuid.UUID) -> None:
    """Let the other member have written for the cohort, for who facilitates, and for themself."""
    ctx = Context.begin(None)
    with app.app_context(), unit_of_work(ctx):
        lines = outline(version).activities
        of_cohort = next(line for line in lines if line.kind == "reflection")
        for readers, line in zip(Readers, (lines[0], lines[1], of_cohort), strict=True):
            text = f"{word}-thought-{readers}"
            db.session.add(
                Reflection(
                    enrolment_id=learner,
                    activity_id=line.id,
                    draft=text,
                    revision=1,
                    saved_at=ctx.now,
                    text=text,
                    html=f"<p>{text}</p>",
                    readers=readers,
                    handed_in_at=ctx.now,
                )
            )


def make_answers(app: Flask, word: str, version: uuid.UUID, learner: uuid.UUID) -> None:
    """Let the other member have answered the survey, by name."""
    ctx = Context.begin(None)
    with app.app_context(), unit_of_work(ctx):
        survey = next(line for line in outline(version).activities if line.kind == "survey")
        answers = {"q1": ["q1o1"], "q4": [f"{word}-opinion"]}
        db.session.add(
            SurveyAnswer(
                enrolment_id=learner, activity_id=survey.id, answers=answers, answered_at=ctx.now
            )
        )


def make_hand_in(
    app: Flask,
    word: str,
    version: uuid.UUID,
    enrolments: Mapping[str, uuid.UUID],
    owner: uuid.UUID,
) -> dict[str, Any]:
    """Let the other member have handed in a text with a file, and have more time; and a draft."""
    ctx = Context.begin(None)
    with app.app_context(), unit_of_work(ctx):
        line = next(line for line in outline(version).activities if line.kind == "assignment")
        common = {"enrolment_id": enrolments["other"], "activity_id": line.id}
        work = AssignmentWork(
            id=new_key(),
            **common,
            stage=Stage.HANDED_IN,
            draft=f"{word}-work-draft",
            revision=2,
            saved_at=ctx.now,
            versions=1,
            waiting_since=ctx.now,
        )
        begun = AssignmentWork(
            id=new_key(),
            enrolment_id=enrolments["member"],
            activity_id=line.id,
            stage=Stage.OPEN,
            draft="",
            revision=0,
            saved_at=ctx.now,
            versions=0,
        )
        db.session.add_all([work, begun])
        db.session.flush()
        made = Submission(
            id=new_key(),
            work_id=work.id,
            number=1,
            client_id="handed-in-1",
            text=f"{word}-hand-in",
            html=f"<p>{word}-hand-in</p>",
            handed_in_at=ctx.now,
            late=False,
            edition=0,
            rubric=line.settings["rubric"],
            levels={},
            comment="",
            comment_html="",
        )
        db.session.add(made)
        db.session.flush()
        stored = db.session.scalars(sa.select(StoredFile).order_by(StoredFile.id).limit(1)).one()
        files = {
            name: WorkFile(
                id=new_key(),
                work_id=whose.id,
                submission_id=of,
                name=f"{word}-{name}.txt",
                stored_id=stored.id,
                added_at=ctx.now,
            )
            for name, whose, of in (
                ("handed_in", work, made.id),
                ("draft", work, None),
                ("mine", begun, None),
            )
        }
        db.session.add_all(files.values())
        db.session.add(
            Extension(
                **common,
                until=ctx.now + DAY,
                reason=f"{word}-more-time",
                given_by=owner,
                given_at=ctx.now,
            )
        )
        quiz = next(line for line in outline(version).activities if line.kind == "quiz")
        attempt = QuizAttempt(
            id=new_key(),
            enrolment_id=enrolments["other"],
            activity_id=quiz.id,
            number=1,
            client_id="attempt-1",
            sheet=make_sheet(QUIZ.read({}, "## Why?\n\n- (_)", 1).settings, seed=0),
            answers={"q1": [f"{word}-essay"]},
            submitted_at=ctx.now,
        )
        db.session.add(attempt)
        keys = {name: file.id for name, file in files.items()}
        return {"submission": made.id, "attempt": attempt.id, "work_files": keys}
