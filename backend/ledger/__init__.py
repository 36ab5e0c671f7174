"""Accounts and transfers of points and minutes: double entry, posted by one function, sealed."""
