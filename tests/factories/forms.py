"""Forms as a browser sends them: what the page holds, and what was typed."""

import io
import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_TOKEN_OF_PAGE = re.compile(r'csrf-token" content="[^"]*"')


def without_token(page: TestResponse) -> str:
    """Return an answer without its CSRF tokens, which change with the second."""
    return _TOKEN_OF_PAGE.sub("", _TOKEN.sub("", page.text))


def csrf_in(page: TestResponse) -> str:
    """Return the CSRF token of a page's form."""
    found = _TOKEN.search(page.text)
    assert found, "the page has no CSRF token"
    return found[1]


def send(client: FlaskClient, page: str, action: str, **typed: Any) -> TestResponse:
    """Load ``page`` and post one of its forms with the CSRF token it holds."""
    html = client.get(page).text
    assert f'action="{action}"' in html, f"{page} has no form for {action}"
    found = _TOKEN.search(html)
    assert found, f"{page} has no CSRF token"
    head = html.partition(f'action="{action}"')[2].partition(">")[0]
    kind = "multipart/form-data" if "multipart" in head else None
    return client.post(action, data={"csrf_token": found[1], **typed}, content_type=kind)


def with_file(
    field: str,
    data: bytes,
    *,
    filename: str = "me.png",
    media_type: str = "image/png",
    **typed: str,
) -> dict[str, Any]:
    """Return what to send for a form that holds a file, as a browser would."""
    file = FileStorage(io.BytesIO(data), filename=filename, content_type=media_type)
    boundary, body = encode_multipart({**typed, field: file})
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def send_file(
    client: FlaskClient, page: str, action: str, field: str, data: bytes, **more: str
) -> TestResponse:
    """Load ``page`` and post one of its forms with a file, and the CSRF token it holds."""
    html = client.get(page).text
    assert f'action="{action}"' in html, f"{page} has no form for {action}"
    found = _TOKEN.search(html)
    assert found, f"{page} has no CSRF token"
    return client.post(action, **with_file(field, data, csrf_token=found[1], **more))
