"""At the table: sessions, officers and seats, what each party says, minutes and their names."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import db
from backend.deliberation.actions import agenda, decisions, meetings, minutes, sittings
from backend.deliberation.models import Meeting, Proposal
from backend.deliberation.queries import belongings
from backend.deliberation.queries import meetings as met
from backend.deliberation.queries.minutes import latest_minutes
from backend.residents.models import Caller
from scripts.demonstration.history import History, Story, at, in_days, in_hours
from scripts.demonstration.matters import Matter
from scripts.demonstration.stories.cast import Cast

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


class Table:
    """The meetings of the town, each held once, however many matters stand on its agenda."""

    def __init__(self, cast: Cast, history: History) -> None:
        self._cast = cast
        self._history = history
        self._matters: dict[UUID, Matter] = {}
        self._meetings: dict[tuple[str, date], UUID] = {}
        self._held: set[UUID] = set()

    def bring(self, matter: Matter, proposal: Proposal) -> Story:
        """Put it on the agenda; once its first item stands there, the meeting will be held."""
        self._matters[proposal.id] = matter
        meeting = self._session(matter)
        agenda.put_on_agenda(
            self._cast.town.at_desk("counter"),
            meeting.id,
            proposal_id=proposal.id,
            position=None,
            version=proposal.version,
        )
        yield from self._prepare(meeting)

    def _session(self, matter: Matter) -> Meeting:
        """The next session of the calendar, or one arranged for the day the story says."""
        if matter.meets is None:
            kind = "discussion_day" if matter.body_ == "council" else "consultation_day"
            shells = (
                db.session.query(Meeting)
                .filter(
                    Meeting.community_id == self._cast.town.community_id,
                    Meeting.kind == kind,
                    Meeting.state == "shell",
                    Meeting.cutoff_at > utc_now() + timedelta(hours=2),
                    Meeting.starts_at > self._cast.now + timedelta(days=1),
                )
                .order_by(Meeting.starts_at)
            )
            return shells.limit(1).one()
        day = self._cast.today - timedelta(days=matter.meets)
        key = (matter.body_, day)
        if key not in self._meetings:
            starts = at(day, 19)
            if matter.meets == 0:
                starts = max(at(day, 0, 1), self._cast.now - timedelta(minutes=40))
            meeting = meetings.arrange(
                self._cast.town.at_desk("counter"),
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
        return db.session.get_one(Meeting, (self._cast.town.community_id, self._meetings[key]))

    def _prepare(self, meeting: Meeting) -> Story:
        """Officers and seats, once a meeting has its first item."""
        if meeting.id in self._held:
            return
        self._held.add(meeting.id)
        yield in_hours(0.5)
        counter, ids = self._cast.town.at_desk("counter"), self._cast.town.ids
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
        town = self._cast.town
        counter, chair = town.at_desk("counter"), town.at_desk("chair")
        meeting = db.session.get_one(Meeting, (town.community_id, meeting_id))
        if meeting.state != "frozen":
            return
        items = list(met.live_items(meeting))
        told = [self._matters[item.proposal_id] for item in items]
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
                    "assignee_id": self._cast.responsible(job.party),
                    "title": job.title,
                    "due_on": today() + timedelta(days=job.due),
                    "budget_fen": job.budget_fen,
                }
                for job in matter.jobs
            ],
            version=None,
        )


def is_signed(proposal: Proposal) -> bool:
    """Whether the minutes of what was decided bear all their names."""
    decision = belongings.latest_resolution(proposal)
    if decision is None or decision.meeting_id is None:
        return False
    written = latest_minutes(proposal.community_id, decision.meeting_id)
    return written is not None and written.state == "signed"
