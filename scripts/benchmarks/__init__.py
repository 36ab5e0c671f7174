"""The benchmark's parts: the machine it builds, the load it makes, what it measures."""
