"""Forms as a browser sends them: what the page holds, and what was typed."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def without_token(page: TestResponse) -> str:
    """Return an answer without its CSRF tokens, which change with the second."""
    return _TOKEN.sub("", page.text)


def send(client: FlaskClient, page: str, action: str, **typed: Any) -> TestResponse:
    """Load ``page`` and post one of its forms with the CSRF token it holds."""
    html = client.get(page).text
    assert f'action="{action}"' in html, f"{page} has no form for {action}"
    found = _TOKEN.search(html)
    assert found, f"{page} has no CSRF token"
    return client.post(action, data={"csrf_token": found[1], **typed})
