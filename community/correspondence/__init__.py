"""What reaches somebody and how: by which channel, at once or later, or not at all."""
