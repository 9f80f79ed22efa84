"""Formats a course is read from and written to."""
