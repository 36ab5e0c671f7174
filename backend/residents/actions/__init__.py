"""What people and staff change about people, homes, places and roles."""
