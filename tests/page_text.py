"""What a page says, for tests that read it as people do."""

import html
import re

from werkzeug.test import TestResponse


def text_of(answer: TestResponse) -> str:
    """Return what a page says, without its tags."""
    body = re.sub(r"<(script|style|template).*?</\1>", "", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def fields_of(answer: TestResponse, action: str) -> dict[str, str]:
    """Return what stands in the one form that posts to ``action``: hidden fields and texts."""
    [form] = re.findall(rf'<form[^>]*action="{action}".*?</form>', answer.text, flags=re.DOTALL)
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    texts = re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)
    return {name: html.unescape(value) for name, value in [*hidden, *texts]}
