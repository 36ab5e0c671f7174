"""Questions about matters, meetings and decisions. Nothing here writes but the serial counter."""
