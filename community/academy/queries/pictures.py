"""Where the pictures and files of a version stand: what one may read decides what one may load."""

import functools
import html
import re
import uuid
from collections import defaultdict
from collections.abc import Mapping

import sqlalchemy as sa

from community.academy.kinds.builtin import KINDS
from community.academy.kinds.protocol import NamesFiles
from community.academy.models import Activity
from community.academy.queries.outlines import KEPT_OUTLINES, outline
from community.academy.rules import file_address
from community.kernel.db import db


@functools.lru_cache(maxsize=KEPT_OUTLINES)
def places_of_files(version_id: uuid.UUID) -> Mapping[str, frozenset[uuid.UUID]]:
    """Return where each picture and file of a published version stands: by path, ids of the texts.

    A text is an activity's, a module's (its introduction) or the version's own (its description).
    Raises NotFound for a version that is not published.
    """
    plan = outline(version_id)
    found: defaultdict[str, set[uuid.UUID]] = defaultdict(set)
    texts = {module.id: module.intro_html for module in plan.modules}
    texts[version_id] = plan.description_html
    for row in db.session.execute(
        sa.select(Activity.id, Activity.kind, Activity.settings, Activity.html).where(
            Activity.version_id == version_id
        )
    ):
        texts[row.id] = row.html
        kind = KINDS[row.kind]
        if isinstance(kind, NamesFiles):
            for path in kind.named_files(row.settings).values():
                found[path].add(row.id)
    address = re.compile(re.escape(file_address(version_id, "")) + r'([^"]+)"')
    for key, text in texts.items():
        for path in address.findall(text):
            found[html.unescape(path)].add(key)
    return {path: frozenset(keys) for path, keys in found.items()}
