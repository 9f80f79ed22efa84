"""What became of one's letters and when they come, over JSON."""

from collections.abc import Mapping
from typing import Any

from community.kernel.api import ApiBlueprint
from community.kernel.doors import current_context, signed_in
from community.kernel.paging import Page
from community.mailing.operations import choose_times, resume_letters
from community.mailing.queries import my_ledger, my_times, paused_since
from community.mailing.schemas import LedgerIn, LedgerOut, MailboxOut, TimesIn, TimesOut

api = ApiBlueprint("mailing", "When letters reach you, and what became of each")


@api.route("/me/letters/ledger")
@signed_in
@api.arguments(LedgerIn, location="query")
@api.response(200, LedgerOut)
def ledger(given: dict[str, Any]) -> Page:
    """List the letters of the last 90 days that were owed to you, and what became of each."""
    return my_ledger(current_context(), **given)


@api.route("/me/letters/times")
@signed_in
@api.response(200, TimesOut)
def times() -> Mapping[str, Any]:
    """Say when letters come to you."""
    return my_times(current_context())


@api.route("/me/letters/times", methods=["PUT"])
@signed_in
@api.arguments(TimesIn)
@api.response(200, TimesOut)
def choose(given: dict[str, Any]) -> Mapping[str, Any]:
    """Choose when digests come to you, and in which hours no letter."""
    choose_times(current_context(), **given)
    return my_times(current_context())


@api.route("/me/letters/mailbox")
@signed_in
@api.response(200, MailboxOut)
def mailbox() -> Mapping[str, Any]:
    """Say whether letters are sent to you, or your address does not take them."""
    return {"paused_at": paused_since(current_context())}


@api.route("/me/letters/mailbox", methods=["POST"])
@signed_in
@api.response(200, MailboxOut)
def try_again() -> Mapping[str, Any]:
    """Have your address tried again: the next letters are sent."""
    resume_letters(current_context())
    return {"paused_at": None}
