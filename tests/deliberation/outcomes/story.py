"""A matter somewhere between its decision and its end, and the people around it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask

from backend import clock
from backend.clock import today, utc_now
from backend.database import db, transaction
from backend.deliberation.actions.rule_rows import install_rule_rows
from backend.deliberation.jobs.matters import move_due_matters
from backend.deliberation.models import (
    Proposal,
    ProposalText,
    Question,
    Resolution,
    Support,
    Task,
)
from backend.deliberation.queries.rule_rows import rule_in_force
from backend.residents.identity import open_session
from tests.factories import Neighbourhood, Person, a_neighbourhood

MONDAY = datetime(2027, 3, 1, 2, tzinfo=UTC)  # ten in the morning in Shanghai, no holidays near
SECOND = timedelta(seconds=1)
Json = dict[str, Any]


@dataclass(kw_only=True)
class Story:
    """One matter; every step at the time of `clock`."""

    app: Flask
    place: Neighbourhood
    id: UUID
    author: Person
    supporters: list[Person]
    chair: Person
    recorder: Person
    doer: Person
    supervisor: Person
    task_ids: list[UUID] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"/proposals/{self.id}"

    def now(self, person: Person) -> Person:
        """The person with a session of today: they do not last through a matter."""
        kind = "resident" if person.household_id else "console"
        with self.app.app_context(), transaction():
            return replace(person, token=open_session(person.id, kind))

    def row(self) -> Proposal:
        with self.app.app_context():
            found = db.session.get_one(Proposal, (self.place.id, self.id))
            db.session.expunge(found)
            return found

    def question(self) -> Question:
        with self.app.app_context():
            found = (
                db.session.query(Question)
                .filter_by(community_id=self.place.id, proposal_id=self.id)
                .order_by(Question.round.desc(), Question.attempt.desc())
                .first()
            )
            assert found is not None
            db.session.expunge(found)
            return found

    def do(self, who: Person, path: str, body: Json | None = None, *, ok: bool = True) -> Json:
        """A step of the matter with the version it has now."""
        answer = self.now(who).post(
            f"{self.url}{path}", {"version": self.row().version, **(body or {})}
        )
        told: Json = answer.get_json()
        assert not ok or answer.status_code < 300, told
        return told

    def drafted(self, kind: str, **more: Any) -> Json:
        return self.do(self.recorder, "/publication-drafts", {"kind": kind, **more})

    def published(self, kind: str) -> Json:
        draft = self.drafted(kind)
        seen = {"kind": kind, "content_sha256": draft["content_sha256"]}
        return self.do(self.chair, "/publications", seen)

    def posted(self, bulletin: Json, up_on: date | None = None) -> Json:
        answer = self.now(self.recorder).post(
            f"/bulletins/{bulletin['id']}/postings", {"up_on": (up_on or today()).isoformat()}
        )
        assert answer.status_code == 201, answer.get_json()
        told: Json = answer.get_json()
        return told

    def work_done(self) -> None:
        with self.app.app_context():
            tasks = db.session.query(Task).filter_by(proposal_id=self.id, state="open").all()
            ids = [task.id for task in tasks]
        for task_id in ids:
            answer = self.now(self.doer).post(
                f"/tasks/{task_id}/updates",
                {"percent": 100, "note": "已完工", "spent_fen": 120_000},
            )
            assert answer.status_code == 200, answer.get_json()

    def accepted(self) -> Json:
        return self.do(self.supervisor, "/inspection", {"result": "accepted"})

    def appraised(self, *scores: int) -> None:
        """The author first, then the supporters."""
        question = self.question()
        for person, score in zip([self.author, *self.supporters], scores, strict=False):
            answer = self.now(person).post(
                f"/questions/{question.id}/participations",
                {"score": score, "comment": "灯太暗" if score < 3 else ""},
            )
            assert answer.status_code == 201, answer.get_json()

    def sweep(self) -> None:
        with self.app.app_context():
            move_due_matters()

    def due(self) -> datetime:
        due = self.row().status_due_at
        assert due is not None
        return due

    def until_due(self) -> Any:
        """The moment the present clock runs out."""
        return clock.at(self.due())

    def status(self) -> str:
        return self.row().status

    def to_appraising(self) -> None:
        """From `resolved`, everybody in time."""
        with clock.at(MONDAY):
            self.posted(self.published("result"))
        with self.until_due():
            self.sweep()
            self.work_done()
            self.accepted()
        assert self.status() == "appraising"


def a_story(
    app: Flask, *, supporters: int = 6, outcome: str = "agreed", status: str = "resolved"
) -> Story:
    place = a_neighbourhood(app)
    with clock.at(MONDAY - timedelta(hours=1)):
        author = place.a_resident(name="王芳")
        behind = [place.a_resident(name=f"邻居{number}") for number in range(supporters)]
        doer = place.a_worker("committee_member", name="赵经办")
        story = Story(
            app=app,
            place=place,
            id=uuid4(),
            author=author,
            supporters=behind,
            chair=place.a_worker("chair"),
            recorder=place.a_worker("committee_member", name="钱记录"),
            doer=doer,
            supervisor=place.a_worker("supervisor"),
        )
        with app.app_context(), transaction():
            story.id = _a_matter(story, status)
            _decided(story, outcome)
    return story


def _a_matter(story: Story, status: str) -> UUID:
    place = story.place
    install_rule_rows(place.id)
    proposal = Proposal(
        community_id=place.id,
        author_id=story.author.id,
        channel="mini_program",
        category_code="facilities",
        grid_id=place.grid_id,
        serial_no=f"2027-{place.code}-0001",
        triage_class="common",
        required_body="four_party",
        status=status,
        status_since=utc_now(),
        status_due_at=utc_now() + timedelta(days=9),
        submitted_at=utc_now() - timedelta(days=30),
        text_state="passed",
    )
    db.session.add(proposal)
    db.session.flush()
    db.session.add(
        ProposalText(
            community_id=place.id,
            proposal_id=proposal.id,
            version=1,
            title="3号楼楼道灯坏了",
            body="王芳反映：楼道灯不亮，联系电话13912345678。",
            body_norm="楼道灯坏了",
            sha256="0" * 64,
            written_by=story.author.id,
        )
    )
    for person in story.supporters:
        db.session.add(
            Support(
                community_id=place.id,
                proposal_id=proposal.id,
                resident_id=person.id,
                channel="mini_program",
            )
        )
    return proposal.id


def _decided(story: Story, outcome: str) -> None:
    rule = rule_in_force(story.place.id, "four_party", today())
    assert rule is not None
    decision = Resolution(
        community_id=story.place.id,
        proposal_id=story.id,
        round=1,
        attempt=1,
        outcome=outcome,
        text="更换全部楼道灯",
        result_sentence="四方协商一致，通过。",
        dissent="有人担心费用",
        snapshot={},
        decided_at=utc_now(),
        rule_row_id=rule.id,
    )
    db.session.add(decision)
    db.session.flush()
    for number, days in enumerate((20, 30), start=1):
        task = Task(
            community_id=story.place.id,
            proposal_id=story.id,
            resolution_id=decision.id,
            party="property_company",
            assignee_id=story.doer.id,
            title=f"更换第{number}单元的灯",
            due_on=today() + timedelta(days=days),
            budget_fen=200_000,
        )
        db.session.add(task)
        story.task_ids.append(task.id)
