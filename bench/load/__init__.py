"""The clients that put a server under load; their share of a core is printed."""
