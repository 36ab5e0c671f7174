"""What changes a complaint, and how it is shown."""
