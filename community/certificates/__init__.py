"""The certificate of a learner who completed a run: issued, verified by anybody, revocable."""
