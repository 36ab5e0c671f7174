"""Pages of the desk about people: signing in, and one's own account."""
