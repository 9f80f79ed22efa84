"""The kind ``page``: a text to read."""
