"""Surveys over JSON."""

import uuid
from typing import Any

from community.academy.kinds.builtin import SURVEY
from community.academy.queries import ActivityLine, asks_of
from community.cohorts.models import Run
from community.cohorts.policy import find_run
from community.coursework.api.blueprint import api
from community.coursework.operations import answer_survey
from community.coursework.policy import may_see_results
from community.coursework.queries import (
    Results,
    counts_for_learners,
    my_answers,
    named_answers,
    results,
)
from community.coursework.schemas import NamedPageOut, ResultsOut, SurveyIn, SurveyOut
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import NotFound
from community.kernel.paging import Page, PageIn
from community.kernel.policy import require
from community.progress.operations import Headway
from community.progress.policy import my_due, open_line, standing
from community.progress.schemas import OutcomeOut

WHERE = "/runs/<uuid:run_id>/activities/<uuid:activity_id>/survey"


def _found(ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID) -> tuple[Run, ActivityLine]:
    run = find_run(ctx, run_id)
    line = open_line(ctx, run, activity_id)
    if line.kind != SURVEY.name:
        raise NotFound
    return run, line


@api.route(WHERE)
@signed_in
@api.response(200, SurveyOut)
def survey(run_id: uuid.UUID, activity_id: uuid.UUID) -> dict[str, Any]:
    """Read a survey: its questions, whether it has names, and what you answered by name."""
    ctx = current_context()
    run, line = _found(ctx, run_id, activity_id)
    mine = standing(ctx, run).enrolment_id
    row = my_answers(mine, line.id) if mine else None
    return {
        "anonymous": line.settings["anonymous"],
        "counts": line.settings["counts"],
        "asks": asks_of(line.id),
        "answered": row is not None,
        "answers": row.answers if row else None,
        "changeable_until": my_due(ctx, run, line.module_id),
    }


@api.route(WHERE, methods=["PUT"])
@signed_in
@api.arguments(SurveyIn)
@api.response(200, OutcomeOut)
def send_answers(given: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID) -> Headway:
    """Answer a survey, once; with names also in place of earlier answers, until they are due."""
    return answer_survey(current_context(), run_id, activity_id, **given)


@api.route(f"{WHERE}/results")
@signed_in
@api.response(200, ResultsOut)
def survey_results(run_id: uuid.UUID, activity_id: uuid.UUID) -> dict[str, Any]:
    """Read what came to a survey: by fives where it has no names, and for who learns here."""
    ctx = current_context()
    run, line = _found(ctx, run_id, activity_id)
    if may_see_results(ctx, run):
        return _as_results(results(run, line))
    mine = standing(ctx, run).enrolment_id
    if not (line.settings["counts"] and mine and my_answers(mine, line.id)):
        require(may_see_results, ctx, run)
    return _as_results(counts_for_learners(run, line))


def _as_results(found: Results) -> dict[str, Any]:
    return {
        "answered": found.answered,
        "shown": found.shown,
        "items": [
            {
                "id": each.ask.id,
                "choices": [
                    {
                        "key": choice.key,
                        "words": choice.words,
                        "number": number,
                        "percent": percent,
                    }
                    for choice, number, percent in each.lines
                ],
                "texts": each.texts,
            }
            for each in found.results
        ],
    }


@api.route(f"{WHERE}/answers")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, NamedPageOut)
def survey_answers(paging: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID) -> Page:
    """List who answered what, by name; of a survey without names there is no such list."""
    ctx = current_context()
    run, line = _found(ctx, run_id, activity_id)
    require(may_see_results, ctx, run)
    if line.settings["anonymous"]:
        raise NotFound
    return named_answers(ctx, run, line, **paging)
