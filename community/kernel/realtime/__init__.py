"""Live delivery: the Socket.IO server, its transport, and what keeps clients in step with the log."""
