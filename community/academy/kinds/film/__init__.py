"""The kind ``film``: a film of the course's own, played by the browser."""
