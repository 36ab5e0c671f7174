"""What production does not serve with: an old schema, evidence within reach, demo data."""

from backend.doctor import postgres, records
from backend.doctor.examination import found_in_database, words_of


def reasons_not_to_serve() -> list[str]:
    """Sentences for whoever started us; empty where all is well."""
    checks = (postgres.find_migrations, postgres.find_privileges, records.find_demo_data)
    return words_of(found_in_database(check) for check in checks)
