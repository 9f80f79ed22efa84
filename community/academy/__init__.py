"""Courses, their versions, modules and activities: what there is to learn."""
