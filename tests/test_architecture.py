"""Rules about the code that no linter knows. The import rules are in pyproject.toml."""

import ast
from pathlib import Path

import grimp
import pytest
from flask import Flask
from sqlalchemy import ForeignKeyConstraint, Table, UniqueConstraint
from werkzeug.routing import Rule

from backend.database import Base
from backend.errors import DomainError
from backend.residents.rules.grants import GRANTS, LETTERS, LEVELS, ROLES
from backend.timetable import TIMETABLE

BACKEND = Path(__file__).parent.parent / "backend"
FILES = sorted(path for path in BACKEND.rglob("*.py") if "migrations" not in path.parts)
PRIVATE_ROOMS = {"rules", "notices", "schemas"}
ROOM_LINES = 480
ANY_ID = "00000000-0000-0000-0000-000000000000"
OPEN_TO_STRANGERS = {
    "static",
    "api-docs.openapi_json",
    "healthz",
    "readyz",
    "metrics",
}
OPEN_BLUEPRINTS = {
    "swagger_ui",
    "sign_in",
    "open_residents",
    "open_honours",  # whoever has a certificate may ask whether it is true
    "open_statements",  # whoever holds a printed statement, what the books say of it
    "wechat_push",
    "links",
    "problems",  # what a kind of refusal means
    "public",
    "console",  # its styles and script
    "front",  # says that the residents' pages were not built
    "sign_in_desk",
    "publications",
    "published_sheets",
    "development",  # absent in production
}
DISTRICT_WIDE = {"audit_event", "audit_block", "role_assignment", "setting", "short_code"}
MAY_COMMIT = {BACKEND / "database.py"}


def is_at_the_desk(path: str) -> bool:
    """Whether the path answers with pages, to a cookie; else with JSON, to a bearer token."""
    return path == "/console" or path.startswith("/console/")


def any_arguments(rule: Rule) -> dict[str, str]:
    """Something for every name in the path; most are ids."""
    return {name: _something(rule, name) for name in rule.arguments}


def _something(rule: Rule, name: str) -> str:
    if f"<int:{name}>" in rule.rule:
        return "1"
    return "result" if name == "kind" else ANY_ID


def domain_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def relative(path: Path) -> str:
    return str(path.relative_to(BACKEND))


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_only_the_database_module_ends_transactions(path: Path) -> None:
    calls = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }

    assert path in MAY_COMMIT or not calls & {"commit", "rollback"}


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_a_room_can_be_read_at_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= ROOM_LINES


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_a_module_says_in_one_sentence_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text())

    assert not tree.body or ast.get_docstring(tree)


def test_a_domains_rules_notices_and_schemas_are_its_own() -> None:
    imports = grimp.build_graph("backend")
    for module in imports.modules:
        parts = module.split(".")
        if len(parts) > 2 and parts[2] in PRIVATE_ROOMS:
            for importer in imports.find_modules_that_directly_import(module):
                assert domain_of(importer) == domain_of(module), f"{importer} imports {module}"


def test_every_route_but_the_listed_asks_who_is_there(app: Flask) -> None:
    stranger = app.test_client()
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_TO_STRANGERS or rule.endpoint.split(".")[0] in OPEN_BLUEPRINTS:
            continue
        with app.test_request_context():
            _, url = rule.build(any_arguments(rule)) or ("", "")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = stranger.open(url, method=method)
            if is_at_the_desk(rule.rule):
                assert answer.status_code == 303, (method, url)
                assert answer.location.startswith("/console/sign-in"), (method, url)
            else:
                assert answer.status_code == 401, (method, url)


def test_every_closed_route_names_its_permission(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_TO_STRANGERS or rule.endpoint.split(".")[0] in OPEN_BLUEPRINTS:
            continue
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        assert permission in GRANTS, rule.endpoint


def test_the_matrix_names_only_known_roles_and_scopes() -> None:
    for action, cells in GRANTS.items():
        for letter, scope in cells.items():
            assert letter in LETTERS or letter in LEVELS or (letter, scope) == ("P", "p"), action
            assert scope[0] in "ophgctd", action
    assert all(role in ROLES for roles in LETTERS.values() for role in roles)


def tenant_tables() -> list[Table]:
    return [
        table
        for table in Base.metadata.sorted_tables
        if "community_id" in table.c and table.name not in DISTRICT_WIDE
    ]


@pytest.mark.parametrize("table", tenant_tables(), ids=lambda table: table.name)
def test_a_tenants_row_cannot_point_into_another_community(table: Table) -> None:
    tenants = {table.name for table in tenant_tables()}
    assert next(column.name for column in table.primary_key) == "community_id"
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            assert next(iter(constraint.columns)).name == "community_id", constraint.name
        if not isinstance(constraint, ForeignKeyConstraint):
            continue
        if constraint.referred_table.name in tenants:
            assert constraint.column_keys[0] == "community_id", constraint.name


def test_no_table_fires_triggers_or_counts_for_itself() -> None:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            assert column.identity is None, column


STEPS = {
    "backend.moderation.jobs.check_texts",
    "backend.notifications.jobs.expansion.expand_notices",
    "backend.notifications.jobs.courier.run_courier",
    "backend.notifications.jobs.digests.make_digests",
    "backend.notifications.jobs.pushes.handle_push_events",
    # Not the network, but block by block, so that no transaction grows long.
    "backend.notifications.jobs.forgetting.forget_old_deliveries",
    "backend.residents.jobs.forget_sessions",
    # Not the network, but a block, a chain, or a community's books a transaction.
    "backend.audit.jobs.seal_audit",
    "backend.audit.jobs.verify_audit",
    "backend.ledger.jobs.seal_ledger",
    "backend.ledger.jobs.check_ledger",
    # Not the network, but a community or a term a transaction.
    "backend.residents.jobs.lapse_verifications",
    "backend.residents.jobs.end_terms",
    # Not the network, but one matter a transaction: the next is not held up by the last.
    "backend.deliberation.jobs.meetings.plan_sessions",
    "backend.deliberation.jobs.meetings.close_agendas",
    "backend.deliberation.jobs.matters.move_due_matters",
    "backend.deliberation.jobs.matters.remind_of_what_waits",
    # Not the network, but block by block.
    "backend.virtue_bank.jobs.sheets.freeze_quotas",
    "backend.virtue_bank.jobs.sheets.close_answers",
    "backend.virtue_bank.jobs.freezings.lapse_freezings",
    # One order, or one item, a transaction: each has one posting, and none holds up the next.
    "backend.virtue_bank.jobs.deeds.post_due_awards",
    "backend.virtue_bank.jobs.deeds.lapse_due_deeds",
    "backend.virtue_bank.jobs.shop.void_due_orders",
    "backend.virtue_bank.jobs.shop.open_months",
    # A community, a block of lines, an objection, or a round a transaction.
    "backend.virtue_bank.jobs.batches.draft_duty_batches",
    "backend.virtue_bank.jobs.batches.pay_due_batches",
    "backend.virtue_bank.jobs.thanks_objections.move_due_objections",
    "backend.virtue_bank.jobs.honours.move_due_honour_rounds",
    # A community, a block of holders, or a line a transaction.
    "backend.virtue_bank.jobs.points_sheets.draft_points_sheets",
    "backend.virtue_bank.jobs.monthly_statements.tell_months",
    "backend.virtue_bank.jobs.settlements.tell_settlements",
    "backend.virtue_bank.jobs.settlements.run_settlements",
    "backend.virtue_bank.jobs.integrity.open_integrity_cases",
}


def test_only_the_listed_jobs_have_transactions_of_their_own() -> None:
    """Who talks to the world does it between transactions; whoever goes item by item says so."""
    marked = {
        f"{run.work.__module__}.{run.work.__name__}"
        for run in TIMETABLE
        if getattr(run.work, "has_steps", False)
    }

    assert marked == STEPS


def every_refusal(family: type[DomainError] = DomainError) -> set[type[DomainError]]:
    found = {family}
    for kind in family.__subclasses__():
        found |= every_refusal(kind)
    return found


def test_only_counters_against_guessing_survive_a_refusal(app: Flask) -> None:
    ours = (each for each in every_refusal() if each.__module__.startswith("backend."))
    kept = {refusal.__name__ for refusal in ours if refusal.kept}

    assert kept == {"WrongPassword", "WrongCode", "AccountLocked", "SlipRefused"}
