"""The kind ``quiz``: questions with choices, scored at once."""
