"""Belonging to a run's space as a learner is being enrolled in it: both begin and end as one."""

from community.cohorts.operations import give_back_seat, take_seat
from community.kernel.context import Context
from community.spaces.events import MemberJoined, MemberRemoved, RoleChanged
from community.spaces.models import Role


def on_member_joined(ctx: Context, event: MemberJoined) -> None:
    """Enrol who joined to learn; a full cohort undoes the joining."""
    if event.role == Role.MEMBER:
        take_seat(ctx, event.space_id, event.user_id)


def on_member_removed(ctx: Context, event: MemberRemoved) -> None:
    """End the enrolment with the membership."""
    give_back_seat(ctx, event.space_id, event.user_id)


def on_role_changed(ctx: Context, event: RoleChanged) -> None:
    """Enrol who learns from now on; whoever leads or observes instead gives the seat back."""
    if event.role == Role.MEMBER:
        take_seat(ctx, event.space_id, event.user_id)
    else:
        give_back_seat(ctx, event.space_id, event.user_id)
