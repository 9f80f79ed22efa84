"""What the scripts of a thread's page fill and say."""

from flask import current_app
from markupsafe import Markup

from community.discussions.models import Removal
from community.discussions.pages.posts import PostActs
from community.discussions.pages.words import REACTIONS, ROLES
from community.kernel.json import dumps
from community.kernel.pages import kept


@kept
def for_scripts(replies: bool, own: PostActs, others: PostActs, accepts: bool) -> Markup:
    """Return the markup that scripts fill when a post arrives, for who may do so much."""
    module = current_app.jinja_env.get_template("discussions/_for_scripts.html").module
    made: Markup = module.for_scripts(  # type: ignore[attr-defined]  # a macro
        replies,
        own.edits,
        own.removes or others.removes,
        Removal.STAFF in others.restores,
        others.reacts,
        accepts,
        dumps({role: str(words) for role, words in ROLES.items()}),
        REACTIONS,
        dumps({kind: str(word) for kind, (_sign, word) in REACTIONS.items()}),
    )
    return made
