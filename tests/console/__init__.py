"""The desk: its frame, its forms, its doors."""
