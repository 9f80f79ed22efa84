"""Where the pictures of a version stand: what one may read decides which of them one may load."""

import functools
import html
import re
import uuid
from collections import defaultdict
from collections.abc import Mapping

import sqlalchemy as sa

from community.academy.models import Activity
from community.academy.queries.outlines import KEPT_OUTLINES, outline
from community.academy.rules import file_address
from community.kernel.db import db


@functools.lru_cache(maxsize=KEPT_OUTLINES)
def places_of_pictures(version_id: uuid.UUID) -> Mapping[str, frozenset[uuid.UUID]]:
    """Return where each picture of a published version stands: by its path, the ids of the texts.

    A text is an activity's, a module's (its introduction) or the version's own (its description).
    Raises NotFound for a version that is not published.
    """
    plan = outline(version_id)
    texts = {module.id: module.intro_html for module in plan.modules}
    texts[version_id] = plan.description_html
    for row in db.session.execute(
        sa.select(Activity.id, Activity.html).where(Activity.version_id == version_id)
    ):
        texts[row.id] = row.html
    address = re.compile(re.escape(file_address(version_id, "")) + r'([^"]+)"')
    found: defaultdict[str, set[uuid.UUID]] = defaultdict(set)
    for key, text in texts.items():
        for path in address.findall(text):
            found[html.unescape(path)].add(key)
    return {path: frozenset(keys) for path, keys in found.items()}
