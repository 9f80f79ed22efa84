"""The kind ``assignment``: learners hand in text, files or both, and a person answers."""
