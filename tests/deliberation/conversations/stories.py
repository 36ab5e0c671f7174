"""The beginnings that stories about conversations share."""

from typing import Any
from uuid import UUID

from tests.factories import Neighbourhood, Person

SEEDS = [
    "应该在小区里装充电桩",
    "充电桩要装在离楼远的地方",
    "先把消防通道清出来",
    "费用由使用的人出",
    "可以先试点半年",
]


def opened(
    place: Neighbourhood, moderation: str = "strict", *, by: Person | None = None, **more: Any
) -> str:
    """A conversation with five seeds; its id."""
    by = by or place.a_worker("committee_member")
    body = {"topic": "要不要装充电桩", "moderation": moderation, "statements": SEEDS} | more
    answer = by.post("/conversations", body)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["id"])


def statement_ids(person: Person, conversation: str | UUID) -> dict[int, str]:
    """The statements this person sees, by number."""
    seen = person.get(f"/conversations/{conversation}/statements", limit=100).get_json()
    return {item["no"]: item["id"] for item in seen["items"]}


def added(person: Person, conversation: str, text: str = "也要考虑没有车的人") -> str:
    answer = person.post(f"/conversations/{conversation}/statements", {"text": text})
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["id"])


def vote(person: Person, statement: str, value: int, **more: Any) -> Any:
    answer = person.put(f"/statements/{statement}/vote", {"value": value} | more)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def tallies(person: Person, conversation: str) -> dict[int, tuple[int, int, int]]:
    """Agree, disagree, pass of each statement whose counts this person may see."""
    answer = person.get(f"/conversations/{conversation}/tallies", limit=100)
    assert answer.status_code == 200, answer.text
    return {
        item["no"]: (item["agree"], item["disagree"], item["passed"])
        for item in answer.get_json()["items"]
    }
