"""People, homes, places and roles as JSON."""
