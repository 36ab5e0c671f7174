"""Whatever people do from the agenda to the end of a matter, in whatever order and on any day."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_histories

from backend.clock import SHANGHAI
from backend.database import db
from backend.deliberation.actions.moves import verify_chain
from backend.deliberation.jobs.matters import move_due_matters, remind_of_what_waits
from backend.deliberation.models import AgendaItem, Proposal, Question, Task
from backend.deliberation.queries.cases import chain_of, find_proposal
from backend.deliberation.rules import stages
from backend.publication.models import Bulletin
from tests.deliberation.meetings.stories import FIRST_MORNING, PARTIES, Table, went
from tests.factories import Person

HISTORIES, STEPS = 8, 20
FULL_TERM = timedelta(days=15)
Json = dict[str, Any]

# path under the matter -> what anybody may try to send there
ATTEMPTS: list[tuple[str, Json]] = [
    ("handing-up", {"reason": "两次流会。"}),
    ("shelving", {"reason": "两次流会，暂缓。"}),
    ("party-review", {"reason": "同意提交。"}),
    ("explanation", {"reason": "等待配件。", "expected_on": "2027-12-31"}),
    ("inspection", {"result": "accepted"}),
    ("completion", {"note": "已完工"}),
    ("publication-drafts", {"kind": "result"}),
    ("publication-drafts", {"kind": "implementation"}),
    ("complaint-answer", {"reply": "已列入计划。"}),
    ("withdrawal", {"reason": "不用了。"}),
    ("reopening", {"facts": "又坏了。"}),
    ("objections", {"target": "publication", "text": "费用过高"}),
    ("objections", {"target": "triage", "text": "应由街道办"}),
]


Step = Callable[..., None]


def in_status(*statuses: str) -> Callable[[Step], Step]:
    return precondition(lambda history: history.row().status in statuses)


class History(RuleBasedStateMachine):
    """One matter of one neighbourhood; the clock only goes forward."""

    app: ClassVar[Flask]
    reached: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.table = Table(self.app)
        self.now = FIRST_MORNING
        with self.today():
            self.id = str(self.table.a_matter()["id"])
            self.neighbour = self.table.place.a_resident(name="李邻")
        self.table.seated["neighbour"] = self.neighbour  # signs in again like all others
        self.url = f"/proposals/{self.id}"
        self.meeting = ""
        self.item = ""
        self.seats: dict[str, str] = {}

    # What people do

    @rule(
        steps=st.integers(1, 4),
        trouble=st.sampled_from([None, None, "against", "absent", "defects", "score"]),
    )
    def it_goes_on_as_usual(self, *, steps: int, trouble: str | None) -> None:
        """Histories get somewhere; now and then on the way back."""
        absent = "party_org" if trouble == "absent" else None
        against = "property_company" if trouble == "against" else None
        usual: dict[str, Step] = {
            "queued": self.put_on_the_next_agenda,
            "adjourned": self.put_on_the_next_agenda,
            "scheduled": partial(self.meet, absent, None, against, later=False),
            "resolved": self.sign_and_publish,
            "publicized": partial(self.wait, 17),
            "acting": partial(self.work, 100),
            "inspecting": partial(self.look, ["三层的灯不亮"] if trouble == "defects" else []),
            "appraising": partial(self.appraise, 1 if trouble == "score" else 5),
            "outcome_publicized": partial(self.wait, 17),
        }
        for _ in range(steps):
            usual.get(self.row().status, partial(self.wait, 1))()

    @rule(days=st.sampled_from([1, 4, 9, 16]))
    def time_passes(self, days: int) -> None:
        self.wait(days)

    @in_status("queued", "adjourned")
    @rule()
    def the_recorder_schedules(self) -> None:
        self.put_on_the_next_agenda()

    def put_on_the_next_agenda(self) -> None:
        with self.today():
            self.jobs()
            open_sessions = [
                each
                for each in self.table.sessions(**self.around())
                if each["kind"] == "consultation_day"
                and each["state"] == "shell"
                and datetime.fromisoformat(each["cutoff_at"]) > self.now
            ]
            if not open_sessions:
                return
            meeting = str(open_sessions[0]["meeting_id"])
            path, new = f"/meetings/{meeting}/agenda-items", {"proposal_id": self.id}
            self.tried(self.table.recorder, "POST", path, new)
            self.the_table_is_laid()

    @in_status("scheduled")
    @rule(reason=st.sampled_from(["材料不齐", None]))
    def the_recorder_postpones(self, reason: str | None) -> None:
        with self.today():
            self.the_table_is_laid()
            query = f"?reason={reason}" if reason else ""
            path = f"/meetings/{self.meeting}/agenda-items/{self.item}{query}"
            self.tried(self.table.recorder, "DELETE", path)

    @in_status("scheduled")
    @rule(
        absent=st.sampled_from([None, None, "property_company", "party_org"]),
        recused=st.sampled_from([None, None, None, "owners_committee", "residents_committee"]),
        against=st.booleans(),
        later=st.sampled_from([False, False, True]),
    )
    def the_meeting_is_held(
        self, *, absent: str | None, recused: str | None, against: bool, later: bool
    ) -> None:
        self.meet(absent, recused, "property_company" if against else None, later=later)

    def meet(
        self, absent: str | None, recused: str | None, against_it: str | None, *, later: bool
    ) -> None:
        with self.today():
            self.the_table_is_laid()
            meeting = went(self.table.chair.get(f"/meetings/{self.meeting}"))
        starts_at = datetime.fromisoformat(meeting["starts_at"])
        self.go_to(starts_at - timedelta(days=3))
        self.go_to(starts_at)
        if self.row().status != "scheduled":
            return
        with self.today():
            self.everybody_arrives(absent, recused)
            if self.row().status == "deliberating":
                self.it_is_decided({absent, recused}, against_it, later=later)
                went(self.table.chair.post(f"/meetings/{self.meeting}/closing"))

    @in_status("resolved")
    @rule()
    def the_decision_is_signed_and_published(self) -> None:
        self.sign_and_publish()

    def sign_and_publish(self) -> None:
        minutes = f"/meetings/{self.meeting}/minutes"
        with self.today():
            self.tried(self.table.recorder, "POST", f"{minutes}/circulation")
        self.go_to(self.now + timedelta(days=5))
        with self.today():
            for signer in (self.table.recorder, self.table.chair, self.table.supervisor):
                seen = went(signer.get(minutes))["sha256"]
                self.tried(signer, "POST", f"{minutes}/signatures", {"sha256": seen})
            self.publish("result")

    @in_status("adjourned")
    @rule(path=st.sampled_from(["handing-up", "shelving"]))
    def the_chair_gives_up_on_this_body(self, path: str) -> None:
        with self.today():
            self.on_matter(self.table.chair, path, {"reason": "两次到会人数不足。"})

    @in_status("publicized", "outcome_publicized")
    @rule(decision=st.sampled_from(["upheld", "refused", "refused"]))
    def a_neighbour_objects(self, decision: str) -> None:
        with self.today():
            about = {"target": "publication", "text": "费用过高"}
            filed = self.tried(self.neighbour, "POST", f"{self.url}/objections", about)
            if "id" not in filed:
                return
            said = {"decision": decision, "reply": "已研究。"}
            for decider in (self.table.chair, self.table.supervisor):
                self.tried(decider, "POST", f"/objections/{filed['id']}/decision", said)

    @in_status("acting")
    @rule(percent=st.sampled_from([50, 100, 100]))
    def work_goes_on(self, percent: int) -> None:
        self.work(percent)

    def work(self, percent: int) -> None:
        with self.app.app_context():
            ids = db.session.query(Task.id).filter_by(proposal_id=UUID(self.id), state="open").all()
        with self.today():
            for (task,) in ids:
                news = {"percent": percent, "note": "施工中", "spent_fen": 30_000}
                worker = self.table.seated["property_company"]
                self.tried(worker, "POST", f"/tasks/{task}/updates", news)

    @in_status("inspecting")
    @rule(defects=st.sampled_from([[], [], ["三层的灯不亮"]]))
    def the_supervisor_looks(self, defects: list[str]) -> None:
        self.look(defects)

    def look(self, defects: list[str]) -> None:
        result = {"result": "defects" if defects else "accepted", "defects": defects}
        with self.today():
            self.on_matter(self.table.supervisor, "inspection", result)

    @in_status("appraising")
    @rule(score=st.sampled_from([1, 3, 5, 5]))
    def they_appraise_until_time_is_up(self, score: int) -> None:
        self.appraise(score)

    def appraise(self, score: int) -> None:
        with self.app.app_context():
            question = (
                db.session.query(Question.id)
                .filter_by(proposal_id=UUID(self.id))
                .order_by(Question.round.desc(), Question.attempt.desc())
                .limit(1)
                .scalar()
            )
        with self.today():
            answer = {"score": score, "comment": "灯还是暗" if score < 3 else ""}
            for person in (self.table.author, *self.table.seated.values()):
                self.tried(person, "POST", f"/questions/{question}/participations", answer)
        self.go_to(self.now + timedelta(days=9))
        with self.today():
            if self.row().status == "appraising":
                self.on_matter(self.table.chair, "complaint-answer", {"reply": "已列入计划。"})
                self.publish("implementation")

    @in_status("closed")
    @rule()
    def the_author_asks_again(self) -> None:
        with self.today():
            self.on_matter(self.table.author, "reopening", {"facts": "又坏了。"})

    @rule(who=st.integers(0, 8), what=st.sampled_from(ATTEMPTS))
    def anybody_tries_anything(self, who: int, what: tuple[str, Json]) -> None:
        table = self.table
        people = [table.chair, table.recorder, table.supervisor, table.author]
        people += table.seated.values()
        before = self.row()
        with self.today():
            answer = self.on_matter(people[who], *what)
        after = self.row()
        if answer.get("status", 200) not in range(200, 300) and "type" in answer:
            assert (after.status, after.last_seq) == (before.status, before.last_seq)

    # What always holds

    @invariant()
    def every_move_is_in_the_table_and_the_chain_holds(self) -> None:
        with self.app.app_context():
            proposal = find_proposal(self.table.place.id, UUID(self.id))
            verify_chain(proposal)
            events, status = chain_of(proposal), proposal.status
        at = "draft"
        for event in events:
            assert event["from_status"] == at
            if event["to_status"] != at:
                assert (at, event["to_status"]) in stages.TRANSITIONS
                at = event["to_status"]
                self.reached[at] += 1
            assert (event["actor_role"] == "system") == (event["actor_id"] is None)
        assert at == status

    @invariant()
    def exactly_one_waits_for_it_unless_it_has_ended(self) -> None:
        with self.today():
            case = went(self.table.chair.get(self.url))
        assert (case["owner"] is None) == stages.is_final(case["status"])
        assert (case["closed_as"] is None) == (case["status"] != "closed")

    @invariant()
    def it_is_on_one_agenda_exactly_while_it_waits_for_that_meeting(self) -> None:
        with self.app.app_context():
            live = (
                db.session.query(AgendaItem)
                .filter_by(proposal_id=UUID(self.id), result=None)
                .count()
            )
        assert live == (self.row().status in {"scheduled", "deliberating"})

    @invariant()
    def it_does_not_end_before_its_notices_have_hung(self) -> None:
        row = self.row()
        if row.closed_as not in {"satisfied", "unsatisfied", "appraisal_insufficient"}:
            return
        with self.app.app_context():
            hung = db.session.query(Bulletin).filter_by(
                source_id=UUID(self.id), source_round=row.round
            )
            ends = {each.kind: (each.online_at, each.until_at) for each in hung}
        assert set(ends) == {"result", "implementation"}
        for online_at, until_at in ends.values():
            assert online_at is not None
            assert until_at is not None
            assert until_at - online_at >= FULL_TERM
            assert row.status_since is not None
            assert row.status_since >= until_at

    # How it is done

    def everybody_arrives(self, absent: str | None, recused: str | None) -> None:
        for party, seat in self.seats.items():
            if party == recused:
                path = f"/meetings/{self.meeting}/seats/{seat}/recusal"
                self.tried(self.table.recorder, "PUT", path)
            (self.table.absent if party == absent else self.table.here)(self.meeting, seat)
        self.tried(self.table.chair, "POST", f"/meetings/{self.meeting}/opening")

    def it_is_decided(
        self, silent: set[str | None], against_it: str | None, *, later: bool
    ) -> None:
        for party in self.seats.keys() - silent:
            stance = "against" if party == against_it else "for"
            went(self.table.says(self.item, self.seats[party], stance))
        due_on = (self.now + timedelta(days=20)).date().isoformat()
        agreed = {"tasks": [self.table.a_task(due_on=due_on)]}
        if later or self.table.outcome(self.item, **agreed).status_code >= 400:
            went(self.table.outcome(self.item, outcome="continued", tasks=[]))

    @contextmanager
    def today(self) -> Iterator[None]:
        with self.table.at(self.now):
            yield

    def wait(self, days: int) -> None:
        self.go_to(self.now + timedelta(days=days))

    def go_to(self, moment: datetime) -> None:
        """The days go by with everything that runs by itself."""
        if moment <= self.now:
            return
        self.now = moment
        with self.today():
            self.jobs()

    def jobs(self) -> None:
        self.table.plan()
        self.table.minute()
        with self.app.app_context():
            move_due_matters()
            remind_of_what_waits()

    def around(self) -> dict[str, str]:
        first = self.now.astimezone(SHANGHAI).date()
        return {"from": first.isoformat(), "to": (first + timedelta(days=40)).isoformat()}

    def the_table_is_laid(self) -> None:
        """Officers and seats for the meeting the matter is on now, if it is on one."""
        if self.row().status != "scheduled":
            return
        self.meeting = str(went(self.table.chair.get(self.url))["meeting_id"])
        meeting = went(self.table.chair.get(f"/meetings/{self.meeting}"))
        [self.item] = [each["id"] for each in meeting["agenda"] if each["result"] is None]
        self.table.officers(self.meeting)
        self.seats = {seat["party"]: seat["id"] for seat in meeting["seats"]}
        for party in PARTIES:
            if party not in self.seats:
                person = self.table.seated[party]
                self.seats[party] = self.table.invite(self.meeting, party, person)

    def row(self) -> Proposal:
        with self.app.app_context():
            found = db.session.get_one(Proposal, (self.table.place.id, UUID(self.id)))
            db.session.expunge(found)
            return found

    def on_matter(self, person: Person, path: str, body: Json) -> Json:
        seen = {} if path == "objections" else {"version": self.row().version}
        return self.tried(person, "POST", f"{self.url}/{path}", body | seen)

    def tried(self, person: Person, method: str, path: str, body: Json | None = None) -> Json:
        """Refused or not; never broken."""
        answer = person.ask(method, path, json=body or {})
        assert answer.status_code < 500, answer.text
        told: Json = answer.get_json()
        return told

    def publish(self, kind: str) -> None:
        draft = self.on_matter(self.table.recorder, "publication-drafts", {"kind": kind})
        if "content_sha256" not in draft:
            return
        seen = {"kind": kind, "content_sha256": draft["content_sha256"]}
        bulletin = self.on_matter(self.table.chair, "publications", seen)
        if "id" in bulletin:
            posting = {"up_on": self.now.astimezone(SHANGHAI).date().isoformat()}
            path = f"/bulletins/{bulletin['id']}/postings"
            self.tried(self.table.recorder, "POST", path, posting)


def test_from_the_agenda_to_the_end_every_history_is_a_true_one(app: Flask) -> None:
    History.app, History.reached = app, Counter()
    run_histories(
        History,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
        ),
    )

    # The way to the end is walked in every run; by-ways as chance has it.
    assert set(History.reached) >= {"resolved", "publicized", "acting", "appraising", "closed"}
