"""Where the JSON routes about runs hang."""

from community.kernel.api import ApiBlueprint

api = ApiBlueprint("cohorts", "Runs: courses delivered to a space")
