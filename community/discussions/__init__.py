"""Threads of a space and the posts in them."""
