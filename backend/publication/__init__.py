"""Publication 居务公开: what the committee owes everybody to read, online and on the board."""
