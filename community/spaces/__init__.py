"""Who belongs together, in which role, and how one is invited."""
