"""Archives of the talk of a space, and what is in them."""

import io
import json
import zipfile

from conftest import acting

from community.transfers.operations import (
    write_talk,
)


def archive_of(app, who, space_id):
    with app.app_context():
        made = io.BytesIO()
        counts = write_talk(acting(who), space_id, made)
        return made.getvalue(), counts


def contents(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def posts_in(data):
    return [json.loads(line) for line in contents(data)["posts.jsonl"].splitlines()]
