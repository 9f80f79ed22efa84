"""The kind ``file``: one file of the course, or one address elsewhere, to be opened."""
