"""What keeps the ledger from everybody's hands: an owner nobody is, and functions alone."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

from backend.database import Base, db, grant_privileges, quoted, reading
from backend.doctor.postgres import find_privileges
from backend.settings import Settings
from tests.ledger.books import Books

TABLES = [quoted(table) for table in Base.metadata.sorted_tables if table.schema == "ledger"]
FUNCTIONS = text("""
SELECT p.oid::regprocedure::text AS name, pg_get_functiondef(p.oid) AS said,
       p.prosecdef AS as_owner, r.rolname AS owner, p.proconfig AS settings,
       has_function_privilege('linli_app', p.oid, 'EXECUTE') AS ours,
       EXISTS (SELECT 1 FROM aclexplode(p.proacl) a WHERE a.grantee = 0) AS everybodys
  FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
 WHERE p.pronamespace = 'ledger'::regnamespace ORDER BY 1
""")
WRITING = {"award_batch", "open_account", "post", "raise_floor", "roll_up", "seal", "set_account"}


@pytest.fixture
def owner(app: Flask, tables: Engine) -> Iterator[Connection]:
    with tables.connect() as connection:
        yield connection


def refused(app: Flask, statement: str) -> bool:
    """Whether PostgreSQL denies the application's role the statement, as far as privileges go."""
    with app.app_context():
        try:
            db.session.execute(text(statement))
        except ProgrammingError as error:
            return getattr(error.orig, "sqlstate", None) == "42501"
        finally:
            db.session.rollback()
            db.session.remove()
    return False


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "write",
    [
        "INSERT INTO {} DEFAULT VALUES",
        "UPDATE {} SET community_id = NULL",
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "LOCK TABLE {} IN EXCLUSIVE MODE",
        "SELECT * FROM {} FOR UPDATE",
        "ALTER TABLE {} ADD COLUMN more int",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TABLE {} CASCADE",
        "CREATE RULE ours AS ON INSERT TO {} DO INSTEAD NOTHING",
    ],
)
def test_the_applications_role_only_reads(app: Flask, table: str, write: str) -> None:
    assert refused(app, write.format(table))
    assert not refused(app, f"SELECT * FROM {table} LIMIT 1")  # noqa: S608, our own names


@pytest.mark.parametrize(
    "reach",
    [
        "SELECT nextval('ledger.transfer_id_seq')",
        "SELECT setval('ledger.transfer_id_seq', 1)",
        "SET ROLE linli_ledger",
        "SET session_replication_role = replica",
        "CREATE TABLE ledger.mine (id int)",
        "CREATE FUNCTION ledger.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER FUNCTION ledger.seal(uuid, int, timestamptz) SECURITY INVOKER",
        "DROP SCHEMA ledger CASCADE",
    ],
)
def test_the_applications_role_has_no_way_around(app: Flask, reach: str) -> None:
    assert refused(app, reach)


def test_the_doctor_sees_a_way_to_write_the_ledger(context: Flask, owner: Connection) -> None:
    with reading():
        assert find_privileges().is_good
    owner.execute(text("GRANT INSERT ON ledger.transfer TO linli_app"))
    owner.commit()
    try:
        with reading():
            found = find_privileges()
    finally:
        owner.execute(text("REVOKE INSERT ON ledger.transfer FROM linli_app"))
        owner.commit()

    assert "transfer（INSERT）" in found.words


def test_functions_are_ours_and_not_everybodys(owner: Connection) -> None:
    found = owner.execute(FUNCTIONS).all()

    assert all(row.ours and not row.everybodys for row in found)
    assert {row.owner for row in found} == {"linli_ledger"}
    assert {row.name.split("(")[0].removeprefix("ledger.") for row in found if row.as_owner} == (
        WRITING
    )
    assert all("search_path=pg_catalog, pg_temp" in row.settings for row in found)


def test_the_owner_of_the_ledger_is_nobody_who_signs_in(owner: Connection) -> None:
    can = owner.execute(
        text("""
            SELECT rolcanlogin, rolsuper, rolcreaterole, rolbypassrls
              FROM pg_roles WHERE rolname = 'linli_ledger'
        """)
    ).one()
    owners = owner.scalars(
        text("""
            SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class
             WHERE relnamespace = 'ledger'::regnamespace AND relkind IN ('r', 'S')
        """)
    ).all()

    assert tuple(can) == (False, False, False, False)
    assert owners == ["linli_ledger"]


def test_a_name_planted_in_the_search_path_is_not_called(books: Books) -> None:
    """A function that trusts the caller's path could be made to call the caller's code."""
    person = books.open()
    with books.app.app_context(), db.engine.connect() as connection:
        connection.execute(text("CREATE TEMP TABLE account (id int)"))
        connection.execute(text("SET search_path = pg_temp, public"))
        connection.execute(
            text("""
                SELECT * FROM ledger.post(:here, 1, gen_random_uuid(), 1, 1, :issuer, :person, 3,
                  NULL, NULL, 1, gen_random_uuid(), :actor, NULL, clock_timestamp())
            """),
            {
                "here": books.community_id,
                "issuer": books.issuer,
                "person": person,
                "actor": books.actor_id,
            },
        )
        connection.commit()
        connection.invalidate()

    assert books.available(person) == 3


def test_the_migration_makes_the_functions_of_the_models(
    owner: Connection, migrated: Connection
) -> None:
    def told(connection: Connection) -> list[tuple[object, ...]]:
        return [tuple(row) for row in connection.execute(FUNCTIONS)]

    assert told(migrated) == told(owner)


@pytest.fixture
def as_a_tenant(empty: Settings) -> Iterator[Connection]:
    """An empty database of somebody who is no superuser, as on a managed server."""
    engine = create_engine(empty.database_url_owner or "", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        name = connection.scalar(text("SELECT quote_ident(current_database())"))
        for statement in (
            "CREATE EXTENSION pg_trgm",
            "CREATE EXTENSION btree_gist",
            "CREATE ROLE linli_tenant",
            f"ALTER DATABASE {name} OWNER TO linli_tenant",
            "GRANT CREATE ON SCHEMA public TO linli_tenant",
            "SET ROLE linli_tenant",
        ):
            connection.execute(text(statement))
        yield connection
        for statement in (
            "RESET ROLE",
            "DROP SCHEMA ledger CASCADE",
            "REASSIGN OWNED BY linli_tenant TO CURRENT_USER",
            "DROP OWNED BY linli_tenant",
            "DROP ROLE linli_tenant",
        ):
            connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize(("may_give", "keeper"), [(True, "linli_ledger"), (False, "linli_tenant")])
def test_on_a_managed_server_the_ledger_goes_to_its_keeper_or_stays_its_migrators(
    as_a_tenant: Connection, tables: Engine, *, may_give: bool, keeper: str
) -> None:
    if may_give:  # as its maker it might; other databases of this server made it first
        as_a_tenant.execute(text("RESET ROLE"))
        as_a_tenant.execute(text("GRANT linli_ledger TO linli_tenant WITH ADMIN OPTION"))
        as_a_tenant.execute(text("SET ROLE linli_tenant"))

    Base.metadata.create_all(as_a_tenant)
    grant_privileges(as_a_tenant)

    found = as_a_tenant.execute(FUNCTIONS).all()
    assert {row.owner for row in found} == {keeper}
    assert all(row.ours and not row.everybodys for row in found)
    rights = as_a_tenant.execute(
        text("""
            SELECT has_table_privilege('linli_app', oid, 'SELECT') AS reads,
                   has_table_privilege('linli_app', oid, 'INSERT, UPDATE, DELETE') AS writes
              FROM pg_class WHERE relnamespace = 'ledger'::regnamespace AND relkind = 'r'
        """)
    ).all()
    assert {tuple(row) for row in rights} == {(True, False)}
