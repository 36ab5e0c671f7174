"""How the tables came to be, step by step, for Alembic; and what the newest step is called."""

from pathlib import Path


def revisions() -> list[str]:
    """The revisions this program brings, oldest first: they are numbered, as their files are.

    Read from the names: to load Alembic for it would hold up every start.
    """
    files = (Path(__file__).parent / "versions").glob("[0-9]*_*.py")
    return sorted(file.name.partition("_")[0] for file in files)


def suffices(present: str | None) -> bool:
    """Whether this program can serve on tables of that revision: the newest, or one beyond ours.

    So it is while versions change, and when a newer program is taken back.
    """
    known = revisions()
    return present is not None and (present == known[-1] or present not in known)
