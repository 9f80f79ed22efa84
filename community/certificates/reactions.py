"""What verdicts do to certificates, in the same transaction."""
