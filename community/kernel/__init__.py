"""What every feature stands on; no feature and no word of the domain in here."""
