"""What a word is, what somebody asks for, and where it stands: pure functions."""
