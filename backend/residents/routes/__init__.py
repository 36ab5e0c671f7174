"""People, homes, places and roles over HTTP."""
