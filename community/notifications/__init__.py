"""Letters that nobody writes by hand: announcements, reminders, new times.

How people stop them is ``correspondence``.
"""
