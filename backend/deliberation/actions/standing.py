"""Who stands where towards a matter: the roles and facts the table of states asks about."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from backend.clock import today, utc_now
from backend.deliberation.models import Proposal
from backend.deliberation.queries.circumstances import circumstances, notices_on_the_board
from backend.deliberation.rules import clocks, publishing, stages
from backend.deliberation.rules.consultation import PARTIES
from backend.deliberation.rules.guards import Facts
from backend.deliberation.rules.meetings import ASSEMBLIES
from backend.deliberation.rules.outcomes import IMPLEMENTATION, RESULT
from backend.publication.actions import objections_end_at
from backend.publication.models import Bulletin
from backend.residents.models import Caller
from backend.residents.queries.covering import covers_grid
from backend.residents.queries.holidays import holidays

Notices = Mapping[str, Bulletin]

# The columns of the circumstances that are facts as they stand.
_PLAIN = (
    "by_author",
    "unrelated",
    "supporters",
    "supported_by_me",
    "reopening_asked_by_me",
    "assigned",
    "inquiry_noted",
    "triaged_as",
    "body_set",
    "reply_recorded",
    "guidance_given",
    "objection_open",
    "decided_by_another",
    "meeting_open",
    "quorum_met",
    "outcome",
    "tasks_named",
    "tasks_done",
    "own_work",
    "minutes_signed",
    "appraisal_closed",
    "rework_due",
    "complaint_answered",
    "overdue_unexplained",
    "invited",
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Somebody, or the timetable, in front of one matter."""

    actor_id: UUID | None
    roles: frozenset[str]
    channel: str
    facts: Facts
    on_behalf_of_id: UUID | None = None

    def knowing(self, **facts: Any) -> "Standing":
        """The same, with what the request brings (an outcome, a confirmed preview)."""
        return replace(self, facts=replace(self.facts, **facts))

    def being(self, *roles: str) -> "Standing":
        """The same, with a role only the calling action can know (an inspector)."""
        return replace(self, roles=self.roles | set(roles))

    def for_person(self, person_id: UUID, channel: str) -> "Standing":
        """The same, typing what `person_id` said or wrote through `channel`."""
        return replace(self, on_behalf_of_id=person_id, channel=channel)


def stand(caller: Caller, proposal: Proposal) -> Standing:
    """The caller's roles and the facts, as they are now. Lock the matter first to act on them."""
    row = circumstances(proposal, caller.resident_id, today=today())
    return Standing(
        actor_id=caller.resident_id,
        roles=stages.standing(_duties(caller, proposal), _relations(caller, proposal, row)),
        channel=caller.channel,
        facts=_facts(proposal, row, utc_now()),
    )


def timetable_stands(proposal: Proposal, at: datetime | None = None) -> Standing:
    """The system in front of a matter, with the facts as of `at`, the time it was due."""
    row = circumstances(proposal, None, today=today())
    return Standing(
        actor_id=None,
        roles=frozenset({"system"}),
        channel="system",
        facts=_facts(proposal, row, at or utc_now()),
    )


def _duties(caller: Caller, proposal: Proposal) -> set[str]:
    """The caller's offices; a grid worker's counts only in the worker's own grid."""
    duties = set(caller.roles)
    if "grid_worker" in duties and not covers_grid(caller, proposal.grid_id, "grid_worker"):
        duties.discard("grid_worker")
    return duties


def _relations(caller: Caller, proposal: Proposal, row: Mapping[str, Any]) -> set[str]:
    """What the caller is to this very matter."""
    me = caller.resident_id
    relations = {
        "author": me == proposal.author_id,
        "filer": me == proposal.filed_by,
        "assignee": me == proposal.assignee_id,
        "host": me == row["host_id"],
        "recorder": me == row["recorder_id"],
        "responsible": row["responsible"],
    }
    return {relation for relation, holds in relations.items() if holds}


def _facts(proposal: Proposal, row: Mapping[str, Any], now: datetime) -> Facts:
    days_off = holidays()
    shown = notices_on_the_board(proposal)
    since = proposal.status_since
    return Facts(
        **{name: row[name] for name in _PLAIN},
        all_invited=_all_invited(row),
        to_assembly=proposal.required_body in ASSEMBLIES,
        contest_over=row["contested"] or _is_over(row["triaged_at"], clocks.CONTEST, days_off, now),
        appeal_open=proposal.status == "rejected"
        and not row["appealed"]
        and not _is_over(since, clocks.APPEAL, days_off, now),
        in_reopening_time=proposal.status == "closed"
        and since is not None
        and clocks.may_reopen(since, now),
        objections_over=_objections_over(proposal, shown, days_off, now),
        full_term=_full_term(proposal, shown, row["outcome"], now),
    )


def _is_over(
    began: datetime | None, clock: clocks.Clock, days_off: Mapping[date, bool], now: datetime
) -> bool:
    return began is not None and not clocks.is_open(now, clocks.due_at(began, clock, days_off))


def _all_invited(row: Mapping[str, Any]) -> bool:
    """Four-party consultation needs all four, or the note that one does not exist here."""
    if row["body"] != "four_party":
        return bool(row["invited_parties"])
    return set(PARTIES) <= {*row["invited_parties"], *(row["not_established"] or [])}


def _objections_over(
    proposal: Proposal, shown: Notices, days_off: Mapping[date, bool], now: datetime
) -> bool:
    """The time for objections runs from the board; a notice that does not hang has not begun."""
    outcome_shown = proposal.status == "outcome_publicized"
    kind = IMPLEMENTATION if outcome_shown else RESULT
    ends_at = objections_end_at(shown[kind], days_off) if kind in shown else None
    return ends_at is not None and now >= ends_at


def _full_term(proposal: Proposal, shown: Notices, outcome: str | None, now: datetime) -> bool:
    needed = publishing.notices_needed(proposal.triage_class, outcome)
    ends = [shown[kind].until_at if kind in shown else None for kind in needed]
    return all(until is not None and now >= until for until in ends)
