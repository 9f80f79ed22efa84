"""Kinds of activity: what each one asks of its author, and when a learner has done it."""
