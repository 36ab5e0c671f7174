"""Embedded PostgreSQL and Valkey, for machines that have neither: the only process launcher."""

from backend.local.postgres import Postgres
from backend.local.processes import NotStarted
from backend.local.valkey import Valkey

__all__ = ["NotStarted", "Postgres", "Valkey"]
