"""Live delivery: the Socket.IO server, its transport, and keeping clients in step."""
