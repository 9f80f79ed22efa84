"""What a draft holds, and the forms of the studio as a browser would send them back."""

import html
import io
import re
import uuid

from PIL import Image

from community.academy import queries


def outline(app, draft_id: uuid.UUID) -> queries.DraftOutline:
    with app.app_context():
        return queries.draft_outline(draft_id)


def titles(app, draft_id: uuid.UUID) -> list[list[str]]:
    """Return the titles of the activities, module by module."""
    return [[a.title for a in m.activities] for m in outline(app, draft_id).modules]


def png() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(made, "PNG")
    return made.getvalue()


def page_of(draft_id: uuid.UUID, activity) -> str:
    return f"/studio/{draft_id}/activities/{activity.id}"


def typed(page: str) -> dict[str, str]:
    """Return the fields of the form a page is written in, as a browser would send them back."""
    form = re.search(r'<form class="studio-form".*?</form>', page, re.DOTALL)[0]
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and not ('type="checkbox"' in tag and "checked" not in tag):
            found[name[1]] = value[1] if value else ""
    areas = re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)
    selects = re.findall(r'<select[^>]* name="(\w+)".*?value="([^"]*)" selected', form, re.DOTALL)
    found = {name: html.unescape(text) for name, text in [*found.items(), *areas, *selects]}
    found.pop("csrf_token")
    return found
