"""What an administrator decides while the site runs."""

from community.accounts.events import SiteChanged
from community.accounts.models import RegistrationMode, SiteSettings
from community.accounts.policy import may_change_site
from community.accounts.queries import site_row
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import require


@operation
def change_site(ctx: Context, *, registration: RegistrationMode | None = None) -> SiteSettings:
    """Change settings of the site; None: as it is. Raises Forbidden for who does not run it."""
    require(may_change_site, ctx, None)
    row = site_row(lock=True)
    if row is None:
        row = SiteSettings(
            id=new_key(), one=1, registration=RegistrationMode.INVITATION, changed_at=ctx.now
        )
        db.session.add(row)
    wanted = {"registration": registration}
    changed = {name: v for name, v in wanted.items() if v not in (None, getattr(row, name))}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.changed_at, row.changed_by = ctx.now, ctx.actor_id
        record(SiteChanged(settings={name: str(value) for name, value in changed.items()}))
    return row
