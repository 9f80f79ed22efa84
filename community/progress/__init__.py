"""What a member did in a run, what is open to them, and what is missing and why."""
