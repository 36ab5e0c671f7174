"""A matter brought to the queue over HTTP, and the rules and people it needs there."""

from datetime import date
from typing import Any

from backend.database import transaction
from backend.deliberation.actions.calendar import install_calendar_rules
from backend.deliberation.actions.rule_rows import install_rule_rows
from tests.factories import Neighbourhood, Person

WORDS = {
    "title": "3号楼楼道灯坏了",
    "body": "一单元三层到五层的楼道灯坏了两个星期，老人晚上下楼看不清台阶。",
    "place": "3号楼一单元",
    "category": "facilities",
}


def with_rules(place: Neighbourhood, *, calendar_from: date | None = None) -> Neighbourhood:
    """The place with its rule rows and, from a day on, its usual calendar."""
    with place.app.app_context(), transaction():
        install_rule_rows(place.id)
        if calendar_from is not None:
            install_calendar_rules(place.id, "社区议事厅", calendar_from)
    return place


def a_queued_matter(
    place: Neighbourhood,
    *,
    author: Person | None = None,
    required_body: str = "four_party",
    owner_matter: int | None = None,
    **words: str,
) -> dict[str, Any]:
    """Filed, accepted, looked into and triaged as common: the case as its author sees it."""
    author = author or place.a_resident()
    chair, member = place.a_worker("chair"), place.a_worker("committee_member")
    case = _went(author.post("/proposals", WORDS | words))
    url = f"/proposals/{case['id']}"
    similar = {"version": case["version"], "similar_answer": "different"}
    _went(author.post(f"{url}/submission", similar))
    case = _now(author, url)
    worker = place.a_worker("grid_worker")
    case = _went(worker.post(f"{url}/acceptance", {"version": case["version"]}))
    assigned = {"version": case["version"], "assignee_id": str(member.id)}
    case = _went(chair.post(f"{url}/assignment", assigned))
    noted = {"version": case["version"], "mode": "on_site", "facts": "现场查看，五盏灯不亮。"}
    _went(member.post(f"{url}/inquiry-notes", noted))
    triage = {
        "version": _now(member, url)["version"],
        "class": "common",
        "basis_code": "shared_facility",
        "reason": "楼道照明是共用设施。",
        "required_body": required_body,
    }
    if owner_matter is not None:
        triage["owner_matter"] = owner_matter
    _went(member.post(f"{url}/triage", triage))
    moderator = place.a_worker("moderator")
    for waiting in _went(moderator.get("/moderation"))["items"]:
        moderator.post(f"/moderation/{waiting['id']}/decision", {"decision": "pass"})
    case = _now(author, url)
    assert case["status"] == "queued"
    return case


def status_of(person: Person, case: dict[str, Any]) -> str:
    return str(_now(person, f"/proposals/{case['id']}")["status"])


def _now(person: Person, url: str) -> dict[str, Any]:
    return _went(person.get(url))


def _went(answer: Any) -> dict[str, Any]:
    assert answer.status_code < 300, answer.text
    body: dict[str, Any] = answer.get_json()
    return body
