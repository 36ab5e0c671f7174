"""Residents 居民: who lives where in the grid, who serves them, and what each of them may do."""
