"""What verdicts do to certificates, in the same transaction."""

from community.certificates.operations import issue_certificate, withdraw_certificate
from community.certificates.queries import standing_verdict, words_of_rules
from community.kernel.context import Context
from community.progress.events import VerdictReached, VerdictWithdrawn
from community.progress.rules.completion import Outcome


def on_verdict_reached(ctx: Context, event: VerdictReached) -> None:
    """Issue the certificate of who has completed a run; who participated gets none."""
    if event.outcome != Outcome.COMPLETED:
        return
    verdict = standing_verdict(event.enrolment_id)
    if verdict is not None:
        issue_certificate(ctx, event.enrolment_id, policy=verdict.policy_number)


def on_verdict_withdrawn(ctx: Context, event: VerdictWithdrawn) -> None:
    """Revoke the certificate of who has not completed it after all; the rules say why."""
    if event.outcome == Outcome.COMPLETED:
        withdraw_certificate(ctx, event.enrolment_id, note=words_of_rules(ctx, event.run_id))
