"""What a page says, for tests that read it as people do."""

import html
import re

from werkzeug.test import TestResponse


def text_of(answer: TestResponse) -> str:
    """Return what a page says, without its tags."""
    body = re.sub(r"<(script|style|template).*?</\1>", "", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def fields_of(answer: TestResponse, action: str) -> dict[str, str]:
    """Return what a browser sends of the one form that posts to ``action``, as it stands."""
    [form] = re.findall(rf'<form[^>]*action="{action}".*?</form>', answer.text, flags=re.DOTALL)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        says = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        chosen = says.get("type") not in {"radio", "checkbox"} or re.search(r"\schecked\b", tag)
        if "name" in says and chosen:
            found[says["name"]] = says.get("value", "")
    texts = re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)
    found.update(texts)
    return {name: html.unescape(value) for name, value in found.items()}
