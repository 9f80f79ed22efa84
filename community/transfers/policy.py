"""Who brings talk into a space from elsewhere, and who looks at how it went."""

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.policy import Finder, read_rule, rule
from community.spaces.models import Space
from community.spaces.policy import ORGANISING, my_spaces_as, organises, speaks
from community.transfers.models import FeedKey, MailImport, TalkExport


@read_rule
def visible_mail_imports(ctx: Context) -> sa.Select[MailImport]:
    """Imports into the spaces that the actor organises."""
    return sa.select(MailImport).where(MailImport.space_id.in_(my_spaces_as(ctx, ORGANISING)))


find_mail_import = Finder(visible_mail_imports)


@rule
def may_import_mail(ctx: Context, space: Space) -> bool:
    """Owners and organisers of a space see what was brought in, and take it back.

    So does whoever has the command line of the machine.
    """
    return ctx.origin == "shell" or organises(ctx, space.id)


@rule
def may_bring_archive(ctx: Context, space: Space) -> bool:
    """Who brings archives in writes by them: owners and organisers, who are not silenced there."""
    return may_import_mail(ctx, space) and (ctx.origin == "shell" or speaks(ctx, space.id))


@read_rule
def visible_talk_exports(ctx: Context) -> sa.Select[TalkExport]:
    """The actor's own archives, of the spaces they organise: each holds what they saw."""
    return sa.select(TalkExport).where(
        TalkExport.by_id == ctx.actor_id,
        TalkExport.space_id.in_(my_spaces_as(ctx, ORGANISING)),
    )


find_talk_export = Finder(visible_talk_exports)


@rule
def may_export_talk(ctx: Context, space: Space) -> bool:
    """Owners and organisers of a space take its talk away."""
    return organises(ctx, space.id)


@read_rule
def visible_feed_keys(ctx: Context) -> sa.Select[FeedKey]:
    """The actor's own: nobody else is shown the secret of their feeds."""
    return sa.select(FeedKey).where(FeedKey.user_id == ctx.actor_id)
