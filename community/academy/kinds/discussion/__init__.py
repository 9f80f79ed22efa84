"""The kind ``discussion``: a thread that asks for posts."""
