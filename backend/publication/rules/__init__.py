"""What is published, what of it strangers may read, and how long it hangs."""
