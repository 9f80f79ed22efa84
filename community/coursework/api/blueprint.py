"""The blueprint that the routes of coursework share."""

from community.kernel.api import ApiBlueprint

api = ApiBlueprint("coursework", "What one makes in the activities of a run")
