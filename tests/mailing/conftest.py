"""An installation to which mail comes in, over the database of every other test."""

import pytest
from conftest import built, make_settings

DOMAIN = "in.example.org"
TRUSTED = "mx.example.org"


@pytest.fixture(scope="session")
def _mailed_app(settings, shared_app, tmp_path_factory):
    yield from built(
        make_settings(
            tmp_path_factory.mktemp("mailed"),
            settings.database,
            smtp_url=settings.smtp_url,
            mail_in=DOMAIN,
            mail_in_trusts=TRUSTED,
        )
    )


@pytest.fixture
def mailed(_mailed_app, app):
    """An application that answers come to; its database is empty."""
    return _mailed_app
