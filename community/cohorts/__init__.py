"""A run delivers a course version to a space: calendar, enrolment, release, placements."""
