"""会议记录: what it contains, what its hash covers, who signs, and when it may be changed. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from backend.deliberation.rules import chain
from backend.deliberation.rules.meetings import BODIES, KINDS, PARTY_NAMES, is_due
from backend.errors import Conflict, NotAllowed, NotFound, Outdated

SIGNERS: Mapping[str, str] = {
    "recorder": "记录人",
    "host": "主持人",
    "supervisor": "监督人",
    "attendee": "参会人",
}
MUST_SIGN = frozenset({"recorder", "host", "supervisor"})
STANCES: Mapping[str | None, str] = {
    "for": "同意",
    "against": "不同意",
    "condition": "附条件同意",
    None: "待答复",
}
RESULTS: Mapping[str | None, str] = {
    "agreed": "已议定",
    "not_agreed": "未议定",
    "adjourned": "流会",
    "postponed": "顺延",
    "continued": "继续协商",
    None: "",
}
CHANNEL_NAMES: Mapping[str, str] = {
    "at_meeting": "到会场",
    "phone": "电话",
    "mini_program": "小程序",
    "home_visit": "上门",
    "walk_in": "窗口",
    "paper": "书面",
    "console": "工作台",
}


class NoMinutes(NotFound):
    title = "还没有会议记录"


class NotForYou(NotAllowed):
    title = "会议记录供参会人和工作人员查阅"


class NotTheRecorder(NotAllowed):
    title = "由本次会议的记录人办理"


class NotASigner(NotAllowed):
    title = "您不是本次会议的签字人"


class NotCirculated(Conflict):
    title = "会议记录还没有送参会人核对"


class AlreadyCirculated(Conflict):
    title = "会议记录已送参会人核对"


class CorrectionsOpen(Conflict):
    title = "更正期未满"


class CorrectionsOver(Conflict):
    title = "更正期已过"


class AlreadySigned(Conflict):
    title = "会议记录已签字，不能再改"


class HashMismatch(Outdated):
    title = "您看到的会议记录已不是最新内容"


def sha256_of(content: Mapping[str, Any]) -> str:
    """What a signature stands for: every word of the content."""
    return chain.sha256(chain.canonical(content))


def check_hash(signed: str, content: Mapping[str, Any]) -> str:
    current = sha256_of(content)
    if signed != current:
        raise HashMismatch(
            "请重新打开会议记录，核对后再签字。", your_sha256=signed, current_sha256=current
        )
    return current


def is_complete(signed_as: Iterable[str]) -> bool:
    return set(signed_as) >= MUST_SIGN


def content_of(
    *,
    number: str,
    community: str,
    meeting: Mapping[str, Any],
    seats: Sequence[Mapping[str, Any]],
    agenda: Sequence[Mapping[str, Any]],
    names: Mapping[UUID, str],
) -> dict[str, Any]:
    """The minutes as the records tell them; nobody types any of this."""
    people = _People(names)
    due = [
        seat
        for seat in seats
        if is_due(meeting["body"], seat["party"], recused=seat["conflict_declared"])
    ]
    return {
        "number": number,
        "community": community,
        "kind": KINDS[meeting["kind"]],
        "body": BODIES.get(meeting["body"], meeting["body"]),
        "starts_at": meeting["starts_at"],
        "opened_at": meeting["opened_at"],
        "closed_at": meeting["closed_at"],
        "place": meeting["place"],
        "host": people.name(meeting["host_id"]),
        "recorder": people.name(meeting["recorder_id"]),
        "supervisor": people.name(meeting["supervisor_id"]),
        "quorum": {"met": meeting["quorum_met"], "sentence": meeting["quorum_sentence"]},
        "attendance": {
            "due": len(due),
            "present": sum(seat["present"] for seat in due),
            "by_party": _by_party(due, people),
            "by_channel": _by_channel(due),
            "absent": [
                {
                    "party": PARTY_NAMES[seat["party"]],
                    "who": people.seat(seat),
                    "note": seat["absence_note"] or "",
                }
                for seat in due
                if not seat["present"]
            ],
            "sitting_in": [
                {"party": PARTY_NAMES[seat["party"]], "who": people.seat(seat)}
                for seat in seats
                if seat not in due and seat["present"]
            ],
            "not_established": [PARTY_NAMES[each] for each in meeting["not_established"]],
        },
        "items": [_item(item, seats, people) for item in agenda],
        "remarks": "",
    }


class _People:
    def __init__(self, names: Mapping[UUID, str]) -> None:
        self._names = names

    def name(self, person: UUID | str | None) -> str:
        if person is None:
            return ""
        return self._names.get(person if isinstance(person, UUID) else UUID(person), "")

    def seat(self, seat: Mapping[str, Any]) -> str:
        said = [seat["organisation"] or "", self.name(seat["resident_id"])]
        conflict = "（已声明回避）" if seat["conflict_declared"] else ""
        return " ".join(each for each in said if each) + conflict


def _by_party(due: Sequence[Mapping[str, Any]], people: _People) -> list[dict[str, Any]]:
    parties = list(dict.fromkeys(seat["party"] for seat in due))
    return [
        {
            "party": PARTY_NAMES[party],
            "due": sum(seat["party"] == party for seat in due),
            "present": sum(seat["party"] == party and seat["present"] for seat in due),
            "who": [
                people.seat(seat) for seat in due if seat["party"] == party and seat["present"]
            ],
        }
        for party in sorted(parties, key=list(PARTY_NAMES).index)
    ]


def _by_channel(due: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    channels = [seat["channel"] for seat in due if seat["present"] and seat["channel"]]
    return {
        CHANNEL_NAMES.get(channel, channel): channels.count(channel)
        for channel in sorted(set(channels))
    }


def _item(
    item: Mapping[str, Any], seats: Sequence[Mapping[str, Any]], people: _People
) -> dict[str, Any]:
    resolution = item["resolution"] or {}
    hands = item["hand_count"]
    by_seat = {str(seat["id"]): seat for seat in seats}
    return {
        "position": item["position"],
        "serial_no": item["serial_no"],
        "title": item["title"],
        "text_version": item["text_version"],
        "text_sha256": item["text_sha256"],
        "rule": {"code": item["rule_code"], "legal_basis": item["legal_basis"]},
        "materials": item["materials"],
        "result": RESULTS[item["result"]],
        "positions": [
            {
                "party": PARTY_NAMES[said["party"]],
                "who": people.seat(by_seat[str(said["seat_id"])]),
                "stance": STANCES[said["stance"]],
                "text": said["text"],
                "reply_due_on": said["reply_due_on"],
            }
            for said in item["positions"] or []
        ],
        "hand_count": None
        if hands is None
        else {
            "yes": hands["yes"],
            "no": hands["no"],
            "abstain": hands["abstain"],
            "counted_by": people.name(hands["counted_by"]),
            "witnesses": [people.name(hands["witness1_id"]), people.name(hands["witness2_id"])],
        },
        "sentence": resolution.get("result_sentence", ""),
        "text": resolution.get("text", ""),
        "dissent": resolution.get("dissent", ""),
        "tasks": [
            {
                "party": PARTY_NAMES.get(task["party"], task["party"]),
                "who": people.name(task["assignee_id"]),
                "title": task["title"],
                "due_on": task["due_on"],
                "budget_fen": task["budget_fen"],
            }
            for task in item["tasks"] or []
        ],
    }
