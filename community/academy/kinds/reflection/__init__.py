"""The kind ``reflection``: a prompt, and a text of one's own for whom the author says."""
