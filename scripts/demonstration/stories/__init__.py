"""How a matter goes from the first word to its end, done by the people whose turn it is."""

from datetime import datetime
from random import Random

from backend.deliberation.actions import intake
from backend.deliberation.models import Proposal
from scripts.demonstration.history import History, Story, in_days, in_hours
from scripts.demonstration.matters import Matter
from scripts.demonstration.people import Town
from scripts.demonstration.stories.beside import Beside
from scripts.demonstration.stories.cast import Cast, until
from scripts.demonstration.stories.opening import Opening
from scripts.demonstration.stories.outcome import Outcome
from scripts.demonstration.stories.table import Table, is_signed

AFTER_MEETING = {
    "resolved",
    "publicized",
    "acting",
    "inspecting",
    "appraising",
    "outcome_publicized",
    "closed",
}


class Stories:
    """All matters of one town; who does what is settled in its cast."""

    def __init__(self, town: Town, history: History, random: Random, *, now: datetime) -> None:
        self._cast = Cast(town, random, now=now)
        self._opening = Opening(self._cast)
        self._table = Table(self._cast, history)
        self._outcome = Outcome(self._cast)
        beside = Beside(self._cast)
        self.conversation, self.notices = beside.conversation, beside.notices

    def life(self, matter: Matter) -> Story:
        """From the first word to the status it has today."""
        author = self._cast.author(matter)
        proposal, teller = self._opening.file(matter, author)
        if matter.until == "draft":
            return
        self._opening.hand_in(teller, proposal)
        if matter.until == "submitted":
            return
        yield in_hours(2.5)
        self._opening.pass_words(proposal)
        yield in_days(1, 9, 20)
        worker = self._cast.town.worker_of(self._cast.building(matter))
        ends = {
            "returned": self._opening.send_back,
            "lapsed": self._opening.send_back,
            "rejected": self._opening.reject,
            "withdrawn": self._opening.withdraw,
        }
        if matter.until in ends:
            yield from ends[matter.until](matter, proposal, worker, author)
            return
        intake.accept(worker, proposal.id, version=proposal.version, note="")
        yield in_hours(3)
        chair = self._cast.town.at_desk("chair")
        looks = self._cast.town.at_desk("member3")
        intake.assign(chair, proposal.id, version=proposal.version, assignee_id=looks.resident_id)
        yield from self._opening.supports(matter, proposal, matter.supporters // 2)
        if matter.until == "inquiring":
            return
        yield in_days(1, 15, 10)
        yield from self._opening.inquire(matter, proposal, looks)
        if matter.triage_class == "common" and matter.until != "no_matter":
            yield from self._opening.supports(matter, proposal, matter.supporters)
            yield from self._common(matter, proposal)

    def _common(self, matter: Matter, proposal: Proposal) -> Story:
        if matter.until == "queued":
            return
        yield in_hours(1)
        yield from self._table.bring(matter, proposal)
        if matter.until not in AFTER_MEETING:
            return
        yield from until(lambda: proposal.status == "resolved")
        yield from until(lambda: is_signed(proposal))
        if matter.until == "resolved":
            return
        yield from self._outcome.publish(proposal, "result")
        if matter.until == "publicized" or matter.against:
            return
        yield from until(lambda: proposal.status == "acting")
        yield from self._outcome.work_and_judge(matter, proposal)
