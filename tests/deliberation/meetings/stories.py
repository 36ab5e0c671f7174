"""A table with its people, and the hours of a consultation day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask import Flask

from backend import clock
from backend.clock import SHANGHAI
from backend.database import transaction
from backend.deliberation.jobs.meetings import close_agendas, plan_sessions
from backend.residents.identity import open_session
from tests.deliberation.queued import a_queued_matter, status_of, with_rules
from tests.factories import Neighbourhood, Person, a_neighbourhood

FIRST_MORNING = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
CUTOFF = datetime(2026, 12, 6, 18, tzinfo=SHANGHAI)
EVENING = datetime(2026, 12, 10, 19, tzinfo=SHANGHAI)  # 逢十协商日
PARTIES = ("party_org", "residents_committee", "owners_committee", "property_company")
SECOND = timedelta(seconds=1)


class Table:
    """A neighbourhood on the morning of 1 December, its calendar planned for the month."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with clock.at(FIRST_MORNING):
            self.place: Neighbourhood = with_rules(
                a_neighbourhood(app), calendar_from=FIRST_MORNING.date()
            )
            self.chair = self.place.a_worker("chair", name="周主任")
            self.recorder = self.place.a_worker("committee_member", name="吴记录")
            self.supervisor = self.place.a_worker("supervisor", name="郑监督")
            self.author = self.place.a_resident(name="王芳")
            self.seated = {party: self.place.a_resident(name=f"代表{party}") for party in PARTIES}
            self.plan()

    def plan(self) -> None:
        with self.app.app_context():
            plan_sessions()

    def minute(self) -> None:
        """The job that runs every minute."""
        with self.app.app_context():
            close_agendas()

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Everybody signs in again: a session does not last for days."""
        with clock.at(moment):
            staff = [self.chair, self.recorder, self.supervisor]
            for person in [*staff, self.author, *self.seated.values()]:
                with self.app.app_context(), transaction():
                    kind = "console" if person in staff else "resident"
                    person.token = open_session(person.id, kind)
            yield

    def sessions(self, **query: str) -> list[dict[str, Any]]:
        days = {"from": "2026-12-01", "to": "2026-12-31"} | query
        answer = self.chair.get("/calendar", **days)
        assert answer.status_code == 200, answer.text
        sessions: list[dict[str, Any]] = answer.get_json()["sessions"]
        return sessions

    def session_on(self, day: str, kind: str = "consultation_day") -> str:
        """The id of the meeting planned for that day."""
        return next(
            str(each["meeting_id"])
            for each in self.sessions()
            if (each["held_on"], each["kind"]) == (day, kind)
        )

    def a_matter(self, **about: Any) -> dict[str, Any]:
        return a_queued_matter(self.place, author=about.pop("author", self.author), **about)

    def officers(self, meeting: str) -> None:
        named = {
            "host_id": str(self.chair.id),
            "recorder_id": str(self.recorder.id),
            "supervisor_id": str(self.supervisor.id),
        }
        went(self.chair.put(f"/meetings/{meeting}/officers", named))

    def invite_all(self, meeting: str) -> dict[str, str]:
        """A seat for each of the four parties, by party."""
        return {party: self.invite(meeting, party, person) for party, person in self.seated.items()}

    def invite(self, meeting: str, party: str, person: Person) -> str:
        new = {"party": party, "resident_id": str(person.id)}
        return str(went(self.recorder.post(f"/meetings/{meeting}/seats", new))["id"])

    def schedule(self, meeting: str, case: dict[str, Any]) -> str:
        new = {"proposal_id": case["id"]}
        return str(went(self.recorder.post(f"/meetings/{meeting}/agenda-items", new))["id"])

    def here(self, meeting: str, seat: str) -> None:
        went(self.recorder.put(f"/meetings/{meeting}/seats/{seat}/attendance", {"present": True}))

    def absent(self, meeting: str, seat: str, note: str = "电话通知后未到") -> None:
        absence = {"present": False, "absence_note": note}
        went(self.recorder.put(f"/meetings/{meeting}/seats/{seat}/attendance", absence))

    def says(self, item: str, seat: str, stance: str = "for", text: str = "同意更换灯具") -> Any:
        said = {"seat_id": seat, "stance": stance, "text": text}
        return self.recorder.post(f"/agenda-items/{item}/positions", said)

    def a_task(self, **about: Any) -> dict[str, Any]:
        return {
            "party": "property_company",
            "assignee_id": str(self.seated["property_company"].id),
            "title": "更换五盏楼道灯",
            "due_on": "2026-12-25",
            "budget_fen": 60000,
        } | about

    def outcome(self, item: str, **given: Any) -> Any:
        body = {"text": "由物业更换灯具，费用从公共收益列支。", "tasks": [self.a_task()]} | given
        return self.recorder.post(f"/agenda-items/{item}/outcome", body)

    def ready(self) -> "Prepared":
        """A matter on the agenda of 10 December, the four parties invited, officers named."""
        with self.at(FIRST_MORNING):
            case = self.a_matter()
            meeting = self.session_on("2026-12-10")
            self.officers(meeting)
            seats = self.invite_all(meeting)
            item = self.schedule(meeting, case)
        with self.at(CUTOFF):
            self.minute()
        return Prepared(self, meeting, item, seats, case)

    def status(self, case: dict[str, Any]) -> str:
        return status_of(self.chair, case)


class Prepared:
    """A frozen meeting: what is on it and who was invited."""

    def __init__(
        self, table: Table, meeting: str, item: str, seats: dict[str, str], case: dict[str, Any]
    ) -> None:
        self.table, self.meeting, self.item = table, meeting, item
        self.seats, self.case = seats, case

    def opened(self, *absent: str) -> Any:
        """Everybody else signs in, and the host opens."""
        for party, seat in self.seats.items():
            if party in absent:
                self.table.absent(self.meeting, seat)
            else:
                self.table.here(self.meeting, seat)
        return self.table.chair.post(f"/meetings/{self.meeting}/opening")

    def agreed(self, *absent: str) -> Any:
        """Opened, every party here says yes, and the outcome is fixed."""
        went(self.opened(*absent))
        for party, seat in self.seats.items():
            if party not in absent:
                went(self.table.says(self.item, seat))
        return self.table.outcome(self.item)

    def closed(self) -> Any:
        went(self.agreed())
        return self.table.chair.post(f"/meetings/{self.meeting}/closing")


def went(answer: Any) -> dict[str, Any]:
    assert answer.status_code < 300, answer.text
    body: dict[str, Any] = answer.get_json()
    return body


def refused(answer: Any) -> str:
    """The name of the refusal."""
    assert answer.status_code >= 400, answer.text
    return str(answer.get_json()["type"]).removeprefix("/problems/")
