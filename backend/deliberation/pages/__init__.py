"""Pages of the desk about matters: triage board, list, one matter, its public notices."""
