"""Live sessions: a scheduled meeting and its room."""
