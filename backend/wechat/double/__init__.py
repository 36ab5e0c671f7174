"""The local double: an HTTP server that behaves like WeChat, for development, tests and shows."""
