"""Questions about people and places. Nothing here writes."""
