"""From the first word to what becomes of it: told, accepted, stood behind, looked into, sorted."""

from typing import Any
from uuid import UUID

from backend.deliberation.actions import filing, inquiry, intake, objections, support
from backend.deliberation.models import Proposal
from backend.deliberation.queries import belongings
from backend.deliberation.queries.cases import text_in_force
from backend.moderation import actions as moderation
from backend.moderation.queries import lock_open_case
from backend.residents.models import Caller
from scripts.demonstration.history import Story, in_days, in_hours
from scripts.demonstration.matters import Matter
from scripts.demonstration.stories.cast import Cast


class Opening:
    """What people and grid workers do about a matter before it comes to the table."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast

    def file(self, matter: Matter, author: UUID) -> tuple[Proposal, Caller]:
        told: dict[str, Any] = {
            "title": matter.title,
            "body": matter.body,
            "place": matter.place or f"{matter.building + 1}号楼附近",
            "category_code": matter.category,
            "building_id": self._cast.building(matter),
            "preclass": matter.preclass,
            "display_name": matter.display_name,
        }
        if matter.channel == "mini_program":
            caller = self._cast.town.caller(author)
            return filing.file_matter(caller, **told), caller
        at_desk = matter.channel in {"walk_in", "paper"}
        worker = (
            self._cast.town.at_desk("counter")
            if at_desk
            else self._cast.town.worker_of(self._cast.building(matter))
        )
        consent = "written" if matter.channel == "paper" else "spoken"
        proposal = filing.file_for(
            worker, resident_id=author, channel=matter.channel, consent=consent, **told
        )
        return proposal, worker

    def hand_in(self, teller: Caller, proposal: Proposal) -> None:
        filing.submit(
            teller,
            proposal.id,
            version=proposal.version,
            similar_answer="different",
            similar_id=None,
        )

    def pass_words(self, proposal: Proposal) -> None:
        words = text_in_force(proposal)
        case = lock_open_case(proposal.community_id, filing.SUBJECT, words.id)
        if case is not None:
            moderator = self._cast.town.at_desk(
                self._cast.random.choice(("moderator1", "moderator2"))
            )
            moderation.decide(moderator, case.id, decision="pass", reason_code=None, reason="")

    def send_back(self, matter: Matter, proposal: Proposal, worker: Caller, _: UUID) -> Story:
        intake.send_back(
            worker,
            proposal.id,
            version=proposal.version,
            reason_code="place_unclear",
            note=matter.note,
            missing=["具体位置"],
        )
        yield in_days(1)

    def reject(self, matter: Matter, proposal: Proposal, worker: Caller, author: UUID) -> Story:
        intake.reject(
            worker,
            proposal.id,
            version=proposal.version,
            reason_code="outside_community",
            clause="社区事项受理范围第二条",
            note=matter.note,
        )
        yield in_days(2)
        objections.object_to(
            self._cast.town.caller(author),
            proposal.id,
            target="rejection",
            text="我们每天都要走那里，请社区帮忙与对方居委会商量。",
        )

    def withdraw(self, matter: Matter, proposal: Proposal, _: Caller, author: UUID) -> Story:
        yield in_hours(5)
        filing.withdraw(
            self._cast.town.caller(author),
            proposal.id,
            version=proposal.version,
            reason=matter.note,
        )

    def inquire(self, matter: Matter, proposal: Proposal, looks: Caller) -> Story:
        inquiry.note_inquiry(
            looks,
            proposal.id,
            version=proposal.version,
            mode="on_site",
            facts=matter.facts,
            affected_households=matter.households,
            cost_fen=matter.cost_fen,
        )
        yield in_days(1, 10, 40)
        if matter.until == "no_matter":
            inquiry.close_as_no_matter(
                looks, proposal.id, version=proposal.version, reason=matter.note
            )
            return
        is_common = matter.triage_class == "common"
        inquiry.sort_out(
            looks,
            proposal.id,
            version=proposal.version,
            triage_class=matter.triage_class,
            basis_code=matter.basis,
            reason=matter.reason,
            owner_matter=None,
            required_body=matter.body_ if is_common else None,
            department=matter.department,
            department_due_on=None,
        )
        if matter.triage_class == "private":
            yield in_days(1, 16, 0)
            inquiry.give_guidance(looks, proposal.id, version=proposal.version, text=matter.note)

    def supports(self, matter: Matter, proposal: Proposal, upto: int) -> Story:
        """Neighbours stand behind it: on the phone, or on paper with the grid worker."""
        worker = self._cast.town.worker_of(self._cast.building(matter))
        for person in self._cast.neighbours(matter, proposal, upto):
            known = belongings.support_of(proposal, person.id)
            if known is not None:
                continue
            yield in_hours(self._cast.random.uniform(0.1, 0.8))
            if person.preferred_channel == "paper":
                support.key_support(
                    worker,
                    proposal.id,
                    resident_id=person.id,
                    channel="paper",
                    serial_no=None,
                )
            else:
                support.support(self._cast.town.caller(person.id), proposal.id)
