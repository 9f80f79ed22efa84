"""The pages of reporting, of those who look after a space, and of whom decisions concern."""

from community.moderation.pages.blueprint import contribute, pages
from community.moderation.pages.cases import case, claim, decide, release
from community.moderation.pages.decisions import answer, appeal, decision, decisions
from community.moderation.pages.limits import change_limits, limits
from community.moderation.pages.measures import (
    answer_about_person,
    everywhere,
    lift,
    measure,
    measure_everywhere,
    member,
)
from community.moderation.pages.queues import all_queues, queue
from community.moderation.pages.record import record, record_file, record_of_all
from community.moderation.pages.reporting import report, send_report

__all__ = [
    "all_queues",
    "answer",
    "answer_about_person",
    "appeal",
    "case",
    "change_limits",
    "claim",
    "contribute",
    "decide",
    "decision",
    "decisions",
    "everywhere",
    "lift",
    "limits",
    "measure",
    "measure_everywhere",
    "member",
    "pages",
    "queue",
    "record",
    "record_file",
    "record_of_all",
    "release",
    "report",
    "send_report",
]
