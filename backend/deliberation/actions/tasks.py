"""合力办事: news of a task, more time for it, and the work reported done."""

from datetime import date
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import db
from backend.days import end_of
from backend.deliberation.actions.moves import move, record, take
from backend.deliberation.actions.standing import Standing, stand
from backend.deliberation.models import Proposal, Task, TaskUpdate
from backend.deliberation.notices import outcomes as notices
from backend.deliberation.queries import outcomes as found
from backend.deliberation.queries.belongings import latest_resolution
from backend.deliberation.queries.cases import lock_proposal
from backend.deliberation.rules import outcomes as rules
from backend.deliberation.rules import stages
from backend.notifications.actions import announce
from backend.residents.models import Caller, community_of


def report(
    caller: Caller, task_id: UUID, *, percent: int, note: str, spent_fen: int | None
) -> Task:
    """How far it has come and what it has cost so far; the last task done asks for inspection."""
    proposal, task, by = _taken(caller, task_id)
    stages.check_work("update_task", proposal.status, by.roles, by.facts)
    rules.check_progress(before=task.percent, percent=percent, state=task.state)
    _add_news(task, caller, percent=percent, note=note, spent_fen=spent_fen)
    task.percent = percent
    task.spent_fen = task.spent_fen if spent_fen is None else spent_fen
    task.state = "done" if percent == 100 else "open"  # noqa: PLR2004, a percentage
    record(
        proposal,
        "task_updated",
        by,
        action="update_task",
        note=note,
        payload={"task_id": str(task.id), "percent": percent},
    )
    if task.state == "done":
        db.session.flush()
        by = stand(caller, proposal)
        if by.facts.tasks_done:
            _ask_for_inspection(proposal, by)
    return task


def extend(caller: Caller, task_id: UUID, *, new_due_on: date, reason: str) -> Task:
    """A later day, at most twice, with a reason everybody concerned reads."""
    proposal, task, by = _taken(caller, task_id)
    stages.check_work("extend_task", proposal.status, by.roles, by.facts)
    rules.check_progress(before=task.percent, percent=task.percent, state=task.state)
    rules.check_extension(
        extensions=task.extensions, due_on=task.due_on, new_due_on=new_due_on, today=today()
    )
    _add_news(task, caller, percent=task.percent, note=reason, new_due_on=new_due_on)
    task.due_on = new_due_on
    task.extensions += 1
    record(
        proposal,
        "task_extended",
        by,
        action="extend_task",
        note=reason,
        payload={"task_id": str(task.id), "due_on": new_due_on.isoformat()},
    )
    db.session.flush()
    due_on = last_day_of_work(proposal)
    if due_on is not None:
        proposal.status_due_at = end_of(due_on)
    announce(notices.task_extended(proposal, task, reason))
    return task


def complete(caller: Caller, proposal_id: UUID, *, version: int, note: str) -> Proposal:
    """Everything is done: please come and look."""
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    _ask_for_inspection(proposal, by, note=note)
    return proposal


def last_day_of_work(proposal: Proposal) -> date | None:
    """The day by which all that is still to do shall be done."""
    decision = latest_resolution(proposal)
    if decision is None:
        return None
    still = [task.due_on for task in found.tasks_of(proposal, decision.id) if task.state == "open"]
    return max(still, default=None)


def mend(proposal: Proposal, due_on: date) -> list[Task]:
    """The same people do the same work once more, until `due_on`."""
    decision = latest_resolution(proposal)
    if decision is None:
        return []
    again: dict[tuple[str, UUID, str], Task] = {}
    for task in found.tasks_of(proposal, decision.id):
        if task.state == "dropped":
            continue
        title = rules.mending_title(task.title)
        again[task.party, task.assignee_id, title] = Task(
            community_id=proposal.community_id,
            proposal_id=proposal.id,
            resolution_id=decision.id,
            party=task.party,
            assignee_id=task.assignee_id,
            title=title,
            due_on=due_on,
        )
    for task in again.values():
        db.session.add(task)
    db.session.flush()
    return list(again.values())


def drop_tasks(proposal: Proposal) -> None:
    """The decision they carry out is taken back: nobody does or reports them any more."""
    decision = latest_resolution(proposal)
    for task in found.tasks_of(proposal, decision.id) if decision else ():
        if task.state == "open":
            task.state = "dropped"


def _ask_for_inspection(proposal: Proposal, by: Standing, note: str | None = None) -> None:
    move(proposal, "inspecting", by, note=note or None)
    announce(notices.to_inspect(proposal))


def _taken(caller: Caller, task_id: UUID) -> tuple[Proposal, Task, Standing]:
    """The task under its matter's lock, for the one who is responsible for it."""
    community_id = community_of(caller)
    task = found.find_task(community_id, task_id)
    if task is None:
        raise rules.NoSuchTask
    proposal = lock_proposal(community_id, task.proposal_id)
    task = found.find_task(community_id, task_id)
    if task is None:
        raise rules.NoSuchTask
    rules.check_own_task(assignee_id=task.assignee_id, me=caller.resident_id)
    return proposal, task, stand(caller, proposal)


def _add_news(
    task: Task,
    caller: Caller,
    *,
    percent: int,
    note: str,
    spent_fen: int | None = None,
    new_due_on: date | None = None,
) -> None:
    task.news_at = utc_now()
    db.session.add(
        TaskUpdate(
            community_id=task.community_id,
            task_id=task.id,
            percent=percent,
            note=note,
            by_id=caller.resident_id,
            spent_fen=spent_fen,
            new_due_on=new_due_on,
        )
    )
