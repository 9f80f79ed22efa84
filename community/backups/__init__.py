"""A whole installation in one file, and the way back from it."""
