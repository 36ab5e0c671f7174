"""What people are told about their deeds and points."""
