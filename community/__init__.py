"""The platform on which a data-stewardship academy and peer-learning networks run their cohorts."""
