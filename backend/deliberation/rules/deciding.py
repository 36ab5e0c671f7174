"""Deciding an item at the table: who counts, what follows, what has to be done."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from backend.deliberation.rules.consultation import (
    PARTIES,
    Attendance,
    PositionMissing,
    Stance,
    council_outcome,
    four_party_consensus,
)
from backend.deliberation.rules.meetings import ASSEMBLIES, FOUR_PARTY, SeatHere
from backend.deliberation.rules.quorum import Counts, Decision, RuleRow, decide
from backend.deliberation.rules.refusals import QuorumNotMet, TaskWithoutOwner
from backend.errors import Conflict, Invalid, Outdated


class AbsentCannotSpeak(Conflict):
    title = "该席位未到场"


class ReplyTooLate(Conflict):
    title = "答复期限已过"


class NotCountedByHands(Conflict):
    title = "四方协商以各方意见一致为准，不举手表决"


class CountMismatch(Conflict):
    title = "举手数与到会人数不一致"


class SameWitness(Conflict):
    title = "计票人和两位见证人须为三个不同的人"


class WitnessNotHere(Conflict):
    title = "见证人不在会场"


class HandsMissing(Conflict):
    title = "还没有计票"


class AlreadyCounted(Conflict):
    title = "本项议题已经计票"


class OutcomeDiffers(Conflict):
    title = "结论与会议记录的意见不符"


class OwnerMatter(Conflict):
    title = "该事项须由业主共同决定"


class AlreadyDecided(Outdated):
    title = "本项议题已有结论"


class ItemWithoutOutcome(Conflict):
    title = "还有议题没有结论"


def decide_item(
    body: str,
    row: RuleRow,
    attendance: Attendance,
    *,
    seats: Sequence[SeatHere],
    stances: Mapping[UUID, Stance | None],
    hands: tuple[int, int, int] | None,
) -> Decision:
    """What the people here decided: consensus of the parties, or a count of a council."""
    here = [seat for seat in seats if seat.present and seat.votes]
    if body == FOUR_PARTY:
        said: dict[str, list[Stance | None]] = {}
        for seat in here:
            if seat.party in PARTIES:
                said.setdefault(seat.party, []).append(stances.get(seat.id))
        return four_party_consensus(said, attendance)
    if hands is None and body in ASSEMBLIES:
        raise HandsMissing("居民会议和居民代表会议举手表决，请先计票。")
    yes, no, abstain = hands or _hands_of(here, stances)
    counts = Counts(attendance.due, attendance.present, yes, no, abstain)
    if body in ASSEMBLIES:
        return decide(row, counts)
    return council_outcome(row, attendance, counts)


def check_still_enough(decision: Decision) -> None:
    """Whoever is recused after the opening may leave too few to decide."""
    if decision.outcome == "quorum_failed":
        raise QuorumNotMet("回避后人数不足，本项请记为继续协商，另行开会。")


def check_hands(body: str, yes: int, no: int, abstain: int, here: int) -> None:
    if body == FOUR_PARTY:
        raise NotCountedByHands("请逐方记录意见。")
    counted = yes + no + abstain
    if counted != here:
        raise CountMismatch(
            f"举手合计{counted}，到会可表决{here}，请重新清点。", counted=counted, present=here
        )


def check_three_people(counter: UUID, *witnesses: UUID, here: Iterable[UUID]) -> None:
    if len({counter, *witnesses}) < 1 + len(witnesses):
        raise SameWitness("请另请一位见证人。")
    if not set(witnesses) <= set(here):
        raise WitnessNotHere("见证人须是到会的人。")


def check_outcome(decision: Decision, claimed: str | None, owner_matter: int | None) -> None:
    if claimed is not None and claimed != decision.outcome:
        raise OutcomeDiffers(f"按记录应为：{decision.sentence}", outcome=decision.outcome)
    if decision.outcome == "agreed" and owner_matter is not None:
        raise OwnerMatter(
            f"属《民法典》第二百七十八条第（{'一二三四五六七八九'[owner_matter - 1]}）项，"
            "可记为继续协商，并提请业主大会表决。"
        )


def check_tasks(outcome: str, tasks: Sequence[Mapping[str, object]], today: date) -> None:
    """Whatever is agreed is done by somebody, until a day."""
    if outcome == "agreed" and not tasks:
        raise TaskWithoutOwner("请至少列出一项任务，写明由谁、何时完成。")
    for number, task in enumerate(tasks, start=1):
        due_on = task["due_on"]
        if task["assignee_id"] is None or not isinstance(due_on, date):
            raise TaskWithoutOwner(f"第{number}项任务还没有写明由谁、何时完成。")
        if due_on < today:
            raise Invalid(errors={"tasks": [f"第{number}项任务的日期已过"]})


def _hands_of(
    here: Sequence[SeatHere], stances: Mapping[UUID, Stance | None]
) -> tuple[int, int, int]:
    """Without a count every seat here must have spoken; a condition agrees."""
    said = [stances.get(seat.id) for seat in here]
    if None in said:
        raise PositionMissing(f"还有{said.count(None)}个席位未记录意见，也可以举手计票。")
    against = said.count("against")
    return len(said) - against, against, 0
