"""A discussion is done when the member has written as many posts as it asks for."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from community.academy.kinds.fields import FrontMatter, WholeNumber, from_to, load_front
from community.academy.kinds.protocol import Evidence, Flaw, Parsed, SourceRefused, Verdict
from community.academy.kinds.text import canonical_text

DEFAULT_POSTS = 1
PROMPT_LIMIT = 10_000
"""Characters; the prompt becomes the first post of a thread."""


class DiscussionFront(FrontMatter):
    """How many posts complete it."""

    about = lazy_gettext("A prompt that everybody answers, and a thread to talk in.")
    writing = lazy_gettext("The prompt is the first post of the thread: ask one thing, and openly.")

    posts = WholeNumber(
        load_default=DEFAULT_POSTS,
        validate=from_to(1, 20),
        metadata={
            "label": lazy_gettext("Posts needed"),
            "description": lazy_gettext("By each learner."),
        },
    )


class DiscussionKind:
    """A thread that asks for posts; the body is its first post."""

    name = "discussion"
    label = lazy_gettext("Discussion")
    front_schema = DiscussionFront

    def read(self, front: Mapping[str, Any], body: str, line: int) -> Parsed:
        settings, flaws = load_front(DiscussionFront, front)
        prompt = canonical_text(body)
        if not prompt:
            flaws.append(Flaw(_("A discussion needs a prompt."), line=line))
        if len(prompt) > PROMPT_LIMIT:
            message = _("The prompt is longer than %(limit)d characters.", limit=PROMPT_LIMIT)
            flaws.append(Flaw(message, line=line))
        if flaws:
            raise SourceRefused(flaws)
        return Parsed(settings, prompt)

    def write(self, settings: Mapping[str, Any], body: str) -> tuple[dict[str, Any], str]:
        posts = settings["posts"]
        return ({} if posts == DEFAULT_POSTS else {"posts": posts}), body

    def learner_view(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return dict(settings)

    def rule(self, settings: Mapping[str, Any], minutes: int, evidence: Evidence) -> Verdict:
        asked: int = settings["posts"]
        written = max(0, evidence.posts)
        if written >= asked:
            return Verdict(done=True, fraction=1.0)
        if asked == 1:
            missing = lazy_gettext("Write one post")
        elif written == 0:
            missing = lazy_gettext("Write %(asked)d posts", asked=asked)
        else:
            missing = lazy_gettext(
                "Write %(asked)d posts: you have written %(written)d", asked=asked, written=written
            )
        return Verdict(False, written / asked, missing)
