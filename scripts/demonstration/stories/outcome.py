"""Made public, done, judged: what happens once it is decided."""

from backend.clock import today
from backend.deliberation.actions import appraising, inspecting, publicity, tasks
from backend.deliberation.models import Proposal, Task
from backend.deliberation.queries import appraisals, belongings, outcomes
from backend.publication import actions as publication
from scripts.demonstration.history import Story, in_days, in_hours
from scripts.demonstration.matters import Matter
from scripts.demonstration.stories.cast import Cast, known


class Outcome:
    """Notices, tasks and appraisals, as often as the work has to be done."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast

    def publish(self, proposal: Proposal, kind: str) -> Story:
        yield in_hours(1)
        counter, chair = self._cast.town.at_desk("counter"), self._cast.town.at_desk("chair")
        publicity.draft(counter, proposal.id, version=proposal.version, kind=kind, hide=[])
        yield in_hours(1)
        seen = publicity.preview(chair, proposal.id, kind)
        bulletin = publicity.publish(
            chair,
            proposal.id,
            version=proposal.version,
            kind=kind,
            content_sha256=seen["content_sha256"],
        )
        yield in_hours(1)
        publication.confirm_board_posting(self._cast.town.at_desk("grid1"), bulletin.id, today())

    def work_and_judge(self, matter: Matter, proposal: Proposal) -> Story:
        attempt = 0
        while proposal.status == "acting":
            yield from self._work(matter, proposal, attempt)
            if matter.until in {"acting", "inspecting"}:
                return
            yield in_days(1, 10, 0)
            inspecting.inspect(
                self._cast.town.at_desk("supervisor1"),
                proposal.id,
                version=proposal.version,
                result="accepted",
                defects=[],
                second_id=None,
            )
            yield in_days(1, 18, 30)
            yield from self._appraise(matter, proposal, attempt)
            if matter.until == "appraising":
                return
            asked = known(appraisals.latest_question(proposal))
            while asked.state != "closed":
                yield in_days(1, 9, 10)
            attempt += 1
        yield from self._answer_the_author(matter, proposal, attempt - 1)
        yield from self.publish(proposal, "implementation")

    def _work(self, matter: Matter, proposal: Proposal, attempt: int) -> Story:
        decision = known(belongings.latest_resolution(proposal))
        jobs: list[Task] = [
            task for task in outcomes.tasks_of(proposal, decision.id) if task.state == "open"
        ]
        days = max(2, (matter.works_days if not attempt else 6) // 2)
        yield in_days(days, 11, 0)
        for task in jobs:
            tasks.report(
                self._cast.doer(task),
                task.id,
                percent=40,
                note="已进场施工，进度正常。" if not matter.note else matter.note,
                spent_fen=None,
            )
        if matter.until == "acting":
            return
        yield in_days(days, 16, 0)
        for task in jobs:
            tasks.report(
                self._cast.doer(task),
                task.id,
                percent=100,
                note=matter.note or "已完成。",
                spent_fen=task.budget_fen,
            )
            yield in_hours(0.2)

    def _appraise(self, matter: Matter, proposal: Proposal, attempt: int) -> Story:
        """The author first, then supporters: by phone, by paper with the grid worker."""
        asked = known(appraisals.latest_question(proposal))
        scores = matter.scores[min(attempt, len(matter.scores) - 1)]
        roll = [proposal.author_id, *sorted(outcomes.supporters(proposal))]
        worker = self._cast.town.worker_of(self._cast.building(matter))
        for person_id, score in zip(roll, scores, strict=False):
            yield in_hours(self._cast.random.uniform(0.2, 2))
            person = next(p for p in self._cast.town.place.people if p.id == person_id)
            keyed = person.preferred_channel == "paper"
            appraising.answer(
                worker if keyed else self._cast.town.caller(person_id),
                asked.id,
                score=score,
                comment="" if score > 2 else "还没有完全做到位。",  # noqa: PLR2004
                resident_id=person_id if keyed else None,
                channel="paper" if keyed else None,
            )

    def _answer_the_author(self, matter: Matter, proposal: Proposal, attempt: int) -> Story:
        said = matter.scores[min(attempt, len(matter.scores) - 1)][0]
        if said < 4:  # noqa: PLR2004, satisfied begins at four
            yield in_days(1, 10, 0)
            appraising.reply_to_author(
                self._cast.town.at_desk("chair"),
                proposal.id,
                version=proposal.version,
                reply="您指出的问题已记录，清运时间由居委会每周抽查，结果贴在宣传栏。",
            )
