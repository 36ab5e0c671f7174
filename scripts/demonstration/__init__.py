"""One believable community to look at: its places, its people, and matters at every step."""
