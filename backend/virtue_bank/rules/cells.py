"""Which figures of a table may be told: none from which those of a few people could be found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

FEWEST_PEOPLE = 5
FEWEST_ROWS = 2


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a table: what was moved, how often, and for whom."""

    key: str
    title: str
    points: int
    times: int
    people: frozenset[UUID]


def sheet_cells(rows: Sequence[Row]) -> dict[str, Any]:
    """The table as everybody may read it: its rows by key, those withheld together, the total.

    A row of fewer than five people is withheld. Because its figure is the total less the other
    rows, further rows are withheld with it, those of the fewest people first, until two rows of
    together five people are. Where all of them are fewer than five, the total is withheld too.
    """
    rows = sorted((row for row in rows if row.times), key=lambda row: row.key)
    withheld = _withheld(rows)
    hidden = [row for row in rows if row.key in withheld]
    told = _enough(rows) or not rows
    return {
        "rows": [
            {
                "key": row.key,
                "title": row.title,
                "points": None if row.key in withheld else row.points,
                "times": None if row.key in withheld else row.times,
            }
            for row in rows
        ],
        "together": _sum(hidden) if hidden and told else None,
        "total": _sum(rows) if told else None,
    }


def added_up(months: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The table of a longer period, from the tables of its months as everybody read them.

    It adds up what they tell and nothing else: so whoever subtracts months from a quarter finds
    what the months' own sheets say. `partly` marks a row that some month withheld.
    """
    rows: dict[str, dict[str, Any]] = {}
    for month in months:
        for row in month["rows"]:
            sums = rows.setdefault(
                row["key"], {"key": row["key"], "points": None, "times": None, "partly": False}
            )
            sums["title"] = row["title"]  # as it was called last
            if row["points"] is None:
                sums["partly"] = True
            else:
                sums["points"] = (sums["points"] or 0) + row["points"]
                sums["times"] = (sums["times"] or 0) + row["times"]
    return {
        "rows": [rows[key] for key in sorted(rows)],
        "together": _added(month["together"] for month in months),
        "total": _added(month["total"] for month in months) or {"points": 0, "times": 0},
        "months_withheld": sum(month["total"] is None for month in months),
    }


def _withheld(rows: Sequence[Row]) -> frozenset[str]:
    fewest_first = sorted(rows, key=lambda row: (len(row.people), row.key))
    hidden = [row for row in fewest_first if len(row.people) < FEWEST_PEOPLE]
    for row in fewest_first[len(hidden) :]:
        if not hidden or (len(hidden) >= FEWEST_ROWS and _enough(hidden)):
            break
        hidden.append(row)
    return frozenset(row.key for row in hidden)


def _enough(rows: Iterable[Row]) -> bool:
    return len(frozenset().union(*(row.people for row in rows))) >= FEWEST_PEOPLE


def _sum(rows: Iterable[Row]) -> dict[str, int]:
    found = list(rows)
    return {
        "points": sum(row.points for row in found),
        "times": sum(row.times for row in found),
    }


def _added(sums: Iterable[Mapping[str, int] | None]) -> dict[str, int] | None:
    told = [each for each in sums if each is not None]
    if not told:
        return None
    return {name: sum(each[name] for each in told) for name in ("points", "times")}
