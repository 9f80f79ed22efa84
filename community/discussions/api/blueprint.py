"""The blueprint that the routes of this package register with."""

from community.kernel.api import ApiBlueprint

api = ApiBlueprint("discussions", "Threads and posts")
