"""Pages across features: my week, a run at a glance, the organiser's desk."""
