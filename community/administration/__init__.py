"""What whoever runs the installation looks after: people, spaces, settings, the audit log."""
