"""The kind ``live_session``: a meeting one attends."""
