"""The settings of the site, as they are now."""

import sqlalchemy as sa

from community.accounts.models import RegistrationMode, SiteSettings
from community.kernel.db import db


def site_row(*, lock: bool = False) -> SiteSettings | None:
    """Return the one row of settings; None as long as nobody has changed any."""
    query = sa.select(SiteSettings).execution_options(populate_existing=True)
    return db.session.scalar(query.with_for_update() if lock else query)


def registration_mode() -> RegistrationMode:
    """Return who may make an account now."""
    found = db.session.scalar(sa.select(SiteSettings.registration))
    return found or RegistrationMode.INVITATION
