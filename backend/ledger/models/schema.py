"""How the ledger's schema comes about beside its tables: functions, owner, who may do what.

The owner is a role nobody can sign in as. Where the role that migrates may not make roles (a
managed server), the ledger stays its own; the application's role has the same rights either way.
"""

from typing import Any

from sqlalchemy import Connection, MetaData, event

from backend.database import Base
from backend.ledger.models.accounts import SCHEMA
from backend.ledger.models.functions import FUNCTIONS
from backend.ledger.models.sealing import SEALING

OWNER = """
REVOKE ALL ON SCHEMA ledger FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
DO $$
DECLARE
  part record;
  here text := quote_ident(current_database());
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'linli_ledger') THEN
    BEGIN
      CREATE ROLE linli_ledger NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another database, just now
    END;
  END IF;
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE 'GRANT linli_ledger TO ' || quote_ident(current_user);
  END IF;
  EXECUTE 'GRANT CREATE ON DATABASE ' || here || ' TO linli_ledger';
  ALTER SCHEMA ledger OWNER TO linli_ledger;
  EXECUTE 'REVOKE CREATE ON DATABASE ' || here || ' FROM linli_ledger';
  FOR part IN SELECT c.relname AS name FROM pg_class c
              WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'r' LOOP
    EXECUTE 'ALTER TABLE ledger.' || quote_ident(part.name) || ' OWNER TO linli_ledger';
  END LOOP;
  FOR part IN SELECT c.relname AS name FROM pg_class c
              WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'S' LOOP
    EXECUTE 'ALTER SEQUENCE ledger.' || quote_ident(part.name) || ' OWNER TO linli_ledger';
  END LOOP;
  FOR part IN SELECT p.oid::regprocedure::text AS name FROM pg_proc p
              WHERE p.pronamespace = 'ledger'::regnamespace LOOP
    EXECUTE 'ALTER FUNCTION ' || part.name || ' OWNER TO linli_ledger';
  END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'the ledger stays owned by the role that migrates';
END $$;
"""


def install() -> None:
    """Have `create_all` make the schema first, and functions and owner when all tables stand."""
    event.listen(Base.metadata, "before_create", _make_schema)
    event.listen(Base.metadata, "after_create", _make_functions)


def _make_schema(_metadata: MetaData, connection: Connection, **_more: Any) -> None:
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")


def _make_functions(_metadata: MetaData, connection: Connection, **_more: Any) -> None:
    for part in (FUNCTIONS, SEALING, OWNER):
        connection.exec_driver_sql(part)
