"""How a matter goes from the first word to its end, done by the people whose turn it is."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import db
from backend.deliberation.actions import (
    agenda,
    appraising,
    conversations,
    decisions,
    filing,
    inquiry,
    inspecting,
    intake,
    meetings,
    minutes,
    objections,
    publicity,
    sittings,
    support,
    tasks,
)
from backend.deliberation.models import Meeting, Proposal, Statement, Task
from backend.deliberation.queries import appraisals, belongings, outcomes
from backend.deliberation.queries import meetings as met
from backend.deliberation.queries.cases import text_in_force
from backend.deliberation.queries.minutes import latest_minutes
from backend.moderation import actions as moderation
from backend.moderation.queries import lock_open_case
from backend.publication import actions as publication
from backend.residents.models import Caller, Resident
from scripts.demonstration.history import History, Story, at, in_days, in_hours
from scripts.demonstration.matters import ADDED, CONVERSATION, SEEDS, Matter
from scripts.demonstration.people import Town

Found = TypeVar("Found")

SEATS = (
    ("party_org", "王建国"),
    ("residents_committee", "刘海燕"),
    ("owners_committee", "周望舒"),
    ("property_company", "赵清和"),
)
SAID = {
    "party_org": "支持，请把费用和工期向居民说清楚。",
    "residents_committee": "同意，居委会负责协调和监督进度。",
    "owners_committee": "同意从公共收益中列支，账目公开。",
    "property_company": "可以承担，按时完成并负责日后维护。",
}
AGAINST = "现方案没有解决低层住户的采光补偿，暂不同意。"


class Stories:
    """All matters of one town; who does what is settled here."""

    def __init__(self, town: Town, history: History, random: Random, *, now: datetime) -> None:
        self.town = town
        self._history = history
        self._random = random
        self._now = now
        self._today = today()
        self._ids: dict[UUID, Matter] = {}
        self._meetings: dict[tuple[str, date], UUID] = {}
        self._held: set[UUID] = set()

    # --- a matter

    def life(self, matter: Matter) -> Story:
        """From the first word to the status it has today."""
        author = self._author(matter)
        proposal, teller = self._file(matter, author)
        self._ids[proposal.id] = matter
        if matter.until == "draft":
            return
        self._hand_in(teller, proposal)
        if matter.until == "submitted":
            return
        yield in_hours(2.5)
        self._pass_words(proposal)
        yield in_days(1, 9, 20)
        worker = self.town.worker_of(self._building(matter))
        ends = {
            "returned": self._send_back,
            "lapsed": self._send_back,
            "rejected": self._reject,
            "withdrawn": self._withdraw,
        }
        if matter.until in ends:
            yield from ends[matter.until](matter, proposal, worker, author)
            return
        intake.accept(worker, proposal.id, version=proposal.version, note="")
        yield in_hours(3)
        chair = self.town.at_desk("chair")
        looks = self.town.at_desk("member3")
        intake.assign(chair, proposal.id, version=proposal.version, assignee_id=looks.resident_id)
        yield from self._supports(matter, proposal, matter.supporters // 2)
        if matter.until == "inquiring":
            return
        yield in_days(1, 15, 10)
        yield from self._inquire(matter, proposal, looks)
        if matter.triage_class == "common" and matter.until != "no_matter":
            yield from self._supports(matter, proposal, matter.supporters)
            yield from self._common(matter, proposal)

    def _file(self, matter: Matter, author: UUID) -> tuple[Proposal, Caller]:
        told: dict[str, Any] = {
            "title": matter.title,
            "body": matter.body,
            "place": matter.place or f"{matter.building + 1}号楼附近",
            "category_code": matter.category,
            "building_id": self._building(matter),
            "preclass": matter.preclass,
            "display_name": matter.display_name,
        }
        if matter.channel == "mini_program":
            caller = self.town.caller(author)
            return filing.file_matter(caller, **told), caller
        at_desk = matter.channel in {"walk_in", "paper"}
        worker = (
            self.town.at_desk("counter") if at_desk else self.town.worker_of(self._building(matter))
        )
        consent = "written" if matter.channel == "paper" else "spoken"
        proposal = filing.file_for(
            worker, resident_id=author, channel=matter.channel, consent=consent, **told
        )
        return proposal, worker

    def _hand_in(self, teller: Caller, proposal: Proposal) -> None:
        filing.submit(
            teller,
            proposal.id,
            version=proposal.version,
            similar_answer="different",
            similar_id=None,
        )

    def _pass_words(self, proposal: Proposal) -> None:
        words = text_in_force(proposal)
        case = lock_open_case(proposal.community_id, filing.SUBJECT, words.id)
        if case is not None:
            moderator = self.town.at_desk(self._random.choice(("moderator1", "moderator2")))
            moderation.decide(moderator, case.id, decision="pass", reason_code=None, reason="")

    def _send_back(self, matter: Matter, proposal: Proposal, worker: Caller, _: UUID) -> Story:
        intake.send_back(
            worker,
            proposal.id,
            version=proposal.version,
            reason_code="place_unclear",
            note=matter.note,
            missing=["具体位置"],
        )
        yield in_days(1)

    def _reject(self, matter: Matter, proposal: Proposal, worker: Caller, author: UUID) -> Story:
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
            self.town.caller(author),
            proposal.id,
            target="rejection",
            text="我们每天都要走那里，请社区帮忙与对方居委会商量。",
        )

    def _withdraw(self, matter: Matter, proposal: Proposal, _: Caller, author: UUID) -> Story:
        yield in_hours(5)
        filing.withdraw(
            self.town.caller(author), proposal.id, version=proposal.version, reason=matter.note
        )

    def _inquire(self, matter: Matter, proposal: Proposal, looks: Caller) -> Story:
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

    def _supports(self, matter: Matter, proposal: Proposal, upto: int) -> Story:
        """Neighbours stand behind it: on the phone, or on paper with the grid worker."""
        worker = self.town.worker_of(self._building(matter))
        for person in self._neighbours(matter, proposal, upto):
            known = belongings.support_of(proposal, person.id)
            if known is not None:
                continue
            yield in_hours(self._random.uniform(0.1, 0.8))
            if person.preferred_channel == "paper":
                support.key_support(
                    worker,
                    proposal.id,
                    resident_id=person.id,
                    channel="paper",
                    serial_no=None,
                )
            else:
                support.support(self.town.caller(person.id), proposal.id)

    # --- at the table

    def _common(self, matter: Matter, proposal: Proposal) -> Story:
        if matter.until == "queued":
            return
        yield in_hours(1)
        meeting = self._session(matter)
        agenda.put_on_agenda(
            self.town.at_desk("counter"),
            meeting.id,
            proposal_id=proposal.id,
            position=None,
            version=proposal.version,
        )
        yield from self._prepare(meeting)
        if matter.until not in AFTER_MEETING:
            return
        yield from self._until(lambda: proposal.status == "resolved")
        yield from self._until(lambda: _is_signed(proposal))
        if matter.until == "resolved":
            return
        yield from self._publish(proposal, "result")
        if matter.until == "publicized" or matter.against:
            return
        yield from self._until(lambda: proposal.status == "acting")
        yield from self._work_and_judge(matter, proposal)

    def _session(self, matter: Matter) -> Meeting:
        """The next session of the calendar, or one arranged for the day the story says."""
        if matter.meets is None:
            kind = "discussion_day" if matter.body_ == "council" else "consultation_day"
            shells = (
                db.session.query(Meeting)
                .filter(
                    Meeting.community_id == self.town.community_id,
                    Meeting.kind == kind,
                    Meeting.state == "shell",
                    Meeting.cutoff_at > utc_now() + timedelta(hours=2),
                    Meeting.starts_at > self._now + timedelta(days=1),
                )
                .order_by(Meeting.starts_at)
            )
            return shells.limit(1).one()
        day = self._today - timedelta(days=matter.meets)
        key = (matter.body_, day)
        if key not in self._meetings:
            starts = at(day, 19)
            if matter.meets == 0:
                starts = max(at(day, 0, 1), self._now - timedelta(minutes=40))
            meeting = meetings.arrange(
                self.town.at_desk("counter"),
                kind="four_party" if matter.body_ == "four_party" else "council",
                body=matter.body_,
                starts_at=starts,
                place="居委会二楼会议室",
                online_url=None,
                host_id=None,
                recorder_id=None,
                supervisor_id=None,
            )
            db.session.flush()
            self._meetings[key] = meeting.id
        return db.session.get_one(Meeting, (self.town.community_id, self._meetings[key]))

    def _prepare(self, meeting: Meeting) -> Story:
        """Officers and seats, once a meeting has its first item."""
        if meeting.id in self._held:
            return
        self._held.add(meeting.id)
        yield in_hours(0.5)
        counter, ids = self.town.at_desk("counter"), self.town.ids
        meetings.name_officers(
            counter,
            meeting.id,
            host_id=ids["李桂兰"],
            recorder_id=counter.resident_id,
            supervisor_id=ids["朱德明"],
        )
        for party, name in SEATS:
            meetings.invite(
                counter,
                meeting.id,
                party=party,
                resident_id=ids[name],
                organisation=None,
                conflict_declared=False,
            )
        self._history.add(self._sitting(meeting.id), meeting.starts_at)

    def _sitting(self, meeting_id: UUID) -> Story:
        town = self.town
        counter, chair = town.at_desk("counter"), town.at_desk("chair")
        meeting = db.session.get_one(Meeting, (town.community_id, meeting_id))
        if meeting.state != "frozen":
            return
        items = list(met.live_items(meeting))
        told = [self._ids[item.proposal_id] for item in items]
        absent = {party for matter in told for party in matter.absent}
        seats = list(met.seats_of(meeting))
        for seat in seats:
            away = seat.party in absent
            meetings.take_attendance(
                counter,
                meeting_id,
                seat.id,
                present=not away,
                channel="at_meeting",
                absence_note="临时有应急任务，已请假。" if away else None,
            )
        yield in_hours(0.1)
        sittings.open_meeting(chair, meeting_id)
        if absent or any(matter.until == "deliberating" for matter in told):
            return
        for item, matter in zip(items, told, strict=True):
            yield in_hours(0.4)
            self._decide(counter, item.id, matter, seats)
        yield in_hours(0.2)
        sittings.close_meeting(chair, meeting_id)
        yield in_days(1, 10, 0)
        minutes.circulate(counter, meeting_id)
        yield in_days(4, 9, 0)
        while minutes.read_minutes(counter, meeting_id)["corrections_until"] > utc_now():
            yield in_days(1, 9, 0)
        for login in ("counter", "chair", "supervisor1"):
            text = minutes.read_minutes(town.at_desk(login), meeting_id)
            minutes.sign(town.at_desk(login), meeting_id, sha256=text["sha256"], method="screen")
            yield in_hours(0.3)

    def _decide(self, counter: Caller, item_id: UUID, matter: Matter, seats: list[Any]) -> None:
        for seat in seats:
            against = seat.party == matter.against
            decisions.state_position(
                counter,
                item_id,
                seat_id=seat.id,
                stance="against" if against else "for",
                text=AGAINST if against else SAID[seat.party],
            )
        decisions.decide(
            counter,
            item_id,
            outcome="not_agreed" if matter.against else "agreed",
            text=matter.decision,
            dissent=matter.dissent,
            tasks=[
                {
                    "party": job.party,
                    "assignee_id": self._responsible(job.party),
                    "title": job.title,
                    "due_on": today() + timedelta(days=job.due),
                    "budget_fen": job.budget_fen,
                }
                for job in matter.jobs
            ],
            version=None,
        )

    # --- made public, done, judged

    def _publish(self, proposal: Proposal, kind: str) -> Story:
        yield in_hours(1)
        counter, chair = self.town.at_desk("counter"), self.town.at_desk("chair")
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
        publication.confirm_board_posting(self.town.at_desk("grid1"), bulletin.id, today())

    def _work_and_judge(self, matter: Matter, proposal: Proposal) -> Story:
        attempt = 0
        while proposal.status == "acting":
            yield from self._work(matter, proposal, attempt)
            if matter.until in {"acting", "inspecting"}:
                return
            yield in_days(1, 10, 0)
            inspecting.inspect(
                self.town.at_desk("supervisor1"),
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
            asked = _known(appraisals.latest_question(proposal))
            while asked.state != "closed":
                yield in_days(1, 9, 10)
            attempt += 1
        yield from self._answer_the_author(matter, proposal, attempt - 1)
        yield from self._publish(proposal, "implementation")

    def _work(self, matter: Matter, proposal: Proposal, attempt: int) -> Story:
        decision = _known(belongings.latest_resolution(proposal))
        jobs: list[Task] = [
            task for task in outcomes.tasks_of(proposal, decision.id) if task.state == "open"
        ]
        days = max(2, (matter.works_days if not attempt else 6) // 2)
        yield in_days(days, 11, 0)
        for task in jobs:
            tasks.report(
                self._doer(task),
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
                self._doer(task),
                task.id,
                percent=100,
                note=matter.note or "已完成。",
                spent_fen=task.budget_fen,
            )
            yield in_hours(0.2)

    def _appraise(self, matter: Matter, proposal: Proposal, attempt: int) -> Story:
        """The author first, then supporters: by phone, by paper with the grid worker."""
        asked = _known(appraisals.latest_question(proposal))
        scores = matter.scores[min(attempt, len(matter.scores) - 1)]
        roll = [proposal.author_id, *sorted(outcomes.supporters(proposal))]
        worker = self.town.worker_of(self._building(matter))
        for person_id, score in zip(roll, scores, strict=False):
            yield in_hours(self._random.uniform(0.2, 2))
            person = next(p for p in self.town.place.people if p.id == person_id)
            keyed = person.preferred_channel == "paper"
            appraising.answer(
                worker if keyed else self.town.caller(person_id),
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
                self.town.at_desk("chair"),
                proposal.id,
                version=proposal.version,
                reply="您指出的问题已记录，清运时间由居委会每周抽查，结果贴在宣传栏。",
            )

    # --- beside the matters

    def conversation(self) -> Story:
        """An opinion round with differing views, votes by phone and on paper."""
        member = self.town.at_desk("member4")
        opened = conversations.open_conversation(
            member,
            topic=CONVERSATION,
            proposal_id=None,
            meeting_id=None,
            moderation="strict",
            closes_at=None,
            statements=list(SEEDS),
        )
        yield in_days(1, 20, 0)
        for name, words in ADDED:
            said = conversations.write_statement(
                self.town.caller(self.town.ids[name]), opened.id, words
            )
            yield in_hours(1)
            conversations.moderate_statement(
                self.town.at_desk("moderator1"), said.id, accept=True, reason_code=None, reason=""
            )
        statements = self._statements(opened.id)
        for person in self._random.sample(self.town.place.people, 60):
            yield in_hours(self._random.uniform(0.2, 3))
            if person.born_year and person.born_year > self._today.year - 18:
                continue
            for statement_id, author_id in statements:
                if author_id != person.id and self._random.random() < 0.8:  # noqa: PLR2004
                    value = self._random.choices((1, 0, -1), (6, 2, 3))[0]
                    conversations.vote(self.town.caller(person.id), statement_id, value)

    def notices(self) -> Story:
        """What hangs on the board besides the matters."""
        counter, chair = self.town.at_desk("counter"), self.town.at_desk("chair")
        for title, words, place in (
            ("冬季燃气安全入户检查安排", "燃气公司本周起逐楼检查，请家中留人。", "各楼"),
            ("周末义诊和血压测量", "社区卫生服务站周六上午义诊，免费测血压、血糖。", "居委会一楼"),
        ):
            bulletin = publication.draft_plain(
                counter,
                title=title,
                text=words,
                held_on=today() + timedelta(days=6),
                place=place,
                contact="010-0000-6420",
                audience="open",
            )
            yield in_hours(2)
            publication.publish_bulletin(chair, bulletin.id, content_sha256=bulletin.content_sha256)
            yield in_hours(1)
            publication.confirm_board_posting(counter, bulletin.id, today())
            yield in_days(9)

    # --- who

    def _statements(self, conversation_id: UUID) -> list[tuple[UUID, UUID | None]]:
        rows = db.session.query(Statement).filter_by(
            community_id=self.town.community_id, conversation_id=conversation_id
        )
        return [(row.id, row.author_id) for row in rows]

    def _building(self, matter: Matter) -> UUID:
        return self.town.place.buildings[matter.building].id

    def _author(self, matter: Matter) -> UUID:
        if isinstance(matter.author, str):
            return self.town.ids[matter.author]
        author: Resident = self._grown_up(matter)[matter.author]
        return author.id

    def _grown_up(self, matter: Matter) -> list[Resident]:
        place, building = self.town.place, self._building(matter)
        taken = set(self.town.ids.values())
        return [
            person
            for person in place.people
            if place.building_of[place.home_of[person.id]] == building
            and (person.born_year or 0) < self._today.year - 19
            and person.id not in taken
        ]

    def _neighbours(self, matter: Matter, proposal: Proposal, number: int) -> list[Resident]:
        others = [p for p in self._grown_up(matter)[8:] if p.id != proposal.author_id]
        return others[:number]

    def _responsible(self, party: str) -> UUID:
        return self.town.ids["赵清和" if party == "property_company" else "刘海燕"]

    def _doer(self, task: Task) -> Caller:
        if task.assignee_id == self.town.ids["赵清和"]:
            return self.town.caller(task.assignee_id)
        return self.town.at_desk("member2")

    def _until(self, holds: Callable[[], bool]) -> Story:
        """Look every morning; the timetable or somebody else brings it about."""
        while not holds():
            yield in_days(1, 9, 10)


def _known(found: Found | None) -> Found:
    """What the story has just brought about."""
    if found is None:
        raise LookupError
    return found


def _is_signed(proposal: Proposal) -> bool:
    decision = belongings.latest_resolution(proposal)
    if decision is None or decision.meeting_id is None:
        return False
    written = latest_minutes(proposal.community_id, decision.meeting_id)
    return written is not None and written.state == "signed"


AFTER_MEETING = {
    "resolved",
    "publicized",
    "acting",
    "inspecting",
    "appraising",
    "outcome_publicized",
    "closed",
}
