"""The desk's pages about points."""
