"""What spans the domains: the queue of work."""
