"""The blueprint that the routes about courses share."""

from community.kernel.api import ApiBlueprint

api = ApiBlueprint("academy", "Courses, their versions and drafts")
