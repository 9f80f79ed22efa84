"""When letters leave, and what became of each: at once, in a digest, later, or not at all."""
