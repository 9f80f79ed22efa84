"""The demo network: fictional people, filled in through the same operations everybody uses."""
