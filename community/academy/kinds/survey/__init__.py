"""The kind ``survey``: questions without right answers, with or without names."""
