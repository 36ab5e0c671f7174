"""What the ledger decides without its tables: keys, and what has expired."""
