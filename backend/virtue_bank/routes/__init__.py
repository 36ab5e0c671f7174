"""The virtue bank over HTTP."""
