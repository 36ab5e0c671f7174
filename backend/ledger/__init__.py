"""The ledger 账本: accounts and transfers of points and minutes, kept by PostgreSQL itself."""
