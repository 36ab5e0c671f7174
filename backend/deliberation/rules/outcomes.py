"""From a decision to the end of a matter: who may inspect and answer, what is published. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from backend.deliberation.rules import appraisal
from backend.deliberation.rules.meetings import KINDS, PARTY_NAMES
from backend.deliberation.rules.refusals import (
    NotInThisState,
    NotOnRoll,
    NotYourTurn,
    OwnHousehold,
    OwnWork,
)
from backend.errors import Conflict, Invalid, NotAllowed, NotFound

RESULT, IMPLEMENTATION = "result", "implementation"
# Which status a notice is published from, and where publishing it leads.
PUBLISHED_FROM = {RESULT: "resolved", IMPLEMENTATION: "appraising"}
LEADS_TO = {RESULT: "publicized", IMPLEMENTATION: "outcome_publicized"}
# Where a notice that was taken back is owed once more; also of a closed matter, whose people
# shall not be left with a reason in place of what was decided.
OWED_IN = {
    RESULT: ("publicized", "acting", "inspecting", "appraising", "outcome_publicized", "closed"),
    IMPLEMENTATION: ("outcome_publicized", "closed"),
}
ASSEMBLIES = frozenset(
    {"residents_assembly_persons", "residents_assembly_households", "representatives_assembly"}
)
OUTCOME_NAMES: Mapping[str, str] = {
    "agreed": "议定",
    "not_agreed": "未议定",
    "quorum_failed": "未达法定人数",
    "shelved": "暂缓",
}
STANCE_NAMES: Mapping[str, str] = {"for": "同意", "against": "不同意", "condition": "有条件同意"}
# Of a notice, the texts people wrote: what is hidden from one is hidden from all of them.
TEXTS = ("title", "body", "decision", "leftovers")
NESTED_TEXTS = {
    "positions": "text",
    "dissent": "text",
    "tasks": "title",
    "replies": "text",
}
HIDDEN = "＊＊"
OPTIONS = ("很不满意", "不满意", "一般", "满意", "很满意")
KEYED_CHANNELS = ("phone", "home_visit", "walk_in", "paper", "at_meeting")
MEND = "整改："
TASK_TITLE_CHARACTERS = 100
MAX_EXTENSIONS = 2


class BackwardPercent(Conflict):
    title = "进度不能倒退"


class NoExtensionsLeft(Conflict):
    title = "延期次数已用完"


class NotLater(Invalid):
    title = "新的日期有误"


class NoSuchTask(NotFound):
    title = "任务不存在"


class TaskEnded(Conflict):
    title = "任务已经完成"


class NoSuchQuestion(NotFound):
    title = "评事不存在"


class AlreadyParticipated(Conflict):
    title = "您已参加过本次评事"


class QuestionClosed(Conflict):
    title = "评事已经结束"


class HiddenUntilClose(NotAllowed):
    title = "评事结束后才能查看结果"


class ChannelMissing(Invalid):
    title = "请说明以什么方式收到"


class DraftMissing(Conflict):
    title = "还没有拟好的公示稿"


class WordsHeld(Conflict):
    title = "文字尚未通过审核"


class NotTheSecond(NotAllowed):
    title = "请由被指名的另一位居民确认"


class NothingToConfirm(Conflict):
    title = "没有待确认的验收"


class SecondMissing(Conflict):
    title = "居民验收须两人"


class AlreadyReplied(Conflict):
    title = "部门答复已经登记"


def check_progress(*, before: int, percent: int, state: str) -> None:
    if state != "open":
        raise TaskEnded("已完成的任务不能再更新。")
    if percent < before:
        raise BackwardPercent(
            f"已报告完成{before}%，不能改为{percent}%；情况有变请在说明中写明。", percent=before
        )


def check_extension(*, extensions: int, due_on: date, new_due_on: date, today: date) -> None:
    if extensions >= MAX_EXTENSIONS:
        raise NoExtensionsLeft(f"每项任务最多延期{MAX_EXTENSIONS}次；请说明情况，由主任协调。")
    if new_due_on <= max(due_on, today):
        raise NotLater(errors={"new_due_on": ["须晚于原定日期和今天"]})


def check_own_task(*, assignee_id: UUID, me: UUID) -> None:
    if assignee_id != me:
        raise NotYourTurn("由任务的责任人填报。")


def mending_title(title: str) -> str:
    """The same work once more; mended twice it is still called mending once."""
    return f"{MEND}{title.removeprefix(MEND)}"[:TASK_TITLE_CHARACTERS]


def check_inspector(
    *, is_supervisor: bool, is_resident: bool, unrelated: bool, near_the_work: bool
) -> None:
    """A supervisor, or a resident who has nothing to do with the author or with the work."""
    if near_the_work:
        raise OwnWork("承办人、其家人和同住人不能验收，请监督委员会或其他居民验收。")
    if is_supervisor:
        return
    if not is_resident:
        raise NotYourTurn("由居务监督委员会，或两位与事项无关的居民验收。")
    if not unrelated:
        raise OwnHousehold("提出人、其家人和同住人不能验收。")


def check_two_households(one: Collection[UUID], other: Collection[UUID]) -> None:
    if set(one) & set(other):
        raise OwnHousehold("请由两户不同的居民共同验收。")


def check_defects(result: str, defects: Sequence[str]) -> None:
    if result == "defects" and not defects:
        raise Invalid(errors={"defects": ["请列出存在的问题"]})
    if result == "accepted" and defects:
        raise Invalid(errors={"defects": ["验收通过时不列问题；有问题请选择“不合格”"]})


def check_open(*, state: str, opens_at: datetime, closes_at: datetime, now: datetime) -> None:
    if state != "open" or not opens_at <= now < closes_at:
        raise QuestionClosed(
            "可以查看结果，或向居委会反映。", closes_at=closes_at.isoformat(timespec="seconds")
        )


def check_on_roll(*, on_roll: bool) -> None:
    if not on_roll:
        raise NotOnRoll("本次评事邀请提出人、附议人和到会居民；如有疑问请联系居委会。")


def check_keyed(channel: str | None) -> str:
    if channel not in KEYED_CHANNELS:
        raise ChannelMissing(errors={"channel": ["代录请选择电话、上门、来访、纸质或会场"]})
    return channel


def check_keyer(*, near_the_work: bool, in_reach: bool) -> None:
    """Who did the work, or lives with who did it, does not type in what others think of it."""
    if near_the_work:
        raise OwnWork("经办人不能代录对本人工作的评价，请由他人代录。")
    if not in_reach:
        raise NotYourTurn("由该居民所在网格或社区的工作人员代录。")


def check_closed(state: str) -> None:
    if state != "closed":
        raise HiddenUntilClose("评事进行中不公布人数和评分，以免影响他人。")


def check_words_passed(text_state: str) -> None:
    if text_state != "passed":
        raise WordsHeld("请先在审核台处理该事项的文字，再拟公示稿。")


def check_publishing_status(kind: str, status: str, *, taken_back: bool) -> None:
    if status != PUBLISHED_FROM[kind] and not (taken_back and status in OWED_IN[kind]):
        raise NotInThisState(
            "结果公示在决议签字后拟定，落实公示在评事结束后拟定。", case_status=status
        )


def item_code(required_body: str | None) -> str:
    """The line of the catalogue: decisions of assemblies and of consultations differ."""
    return "P1" if required_body in ASSEMBLIES else "P5"


def result_fields(known: Mapping[str, Any]) -> dict[str, Any]:
    """结果公示: what was decided, by whom, on what ground, and who does what until when."""
    decision, meeting = known["resolution"] or {}, known["meeting"]
    return _filled(
        {
            **_matter(known),
            "agenda": meeting and _sitting(meeting),
            "outcome": OUTCOME_NAMES.get(decision.get("outcome", "")),
            "decision": decision.get("text"),
            "result_sentence": decision.get("result_sentence"),
            "counts_by_channel": known["attendance"],
            "positions": [_position(each) for each in known["positions"] or []],
            "dissent": {"text": decision["dissent"]} if decision.get("dissent") else None,
            "tasks": [
                _task(each, "party", "title", "due_on", "budget_fen")
                for each in known["tasks"] or []
            ],
            "objection_phone": known["phone"],
        }
    )


def implementation_fields(known: Mapping[str, Any]) -> dict[str, Any]:
    """落实公示: what was done, what it cost, what is left, and what people think of it."""
    decision, tasks = known["resolution"] or {}, known["tasks"] or []
    spent = [each["spent_fen"] for each in tasks if each["spent_fen"] is not None]
    left = [each["title"] for each in tasks if each["state"] == "dropped"]
    return _filled(
        {
            **_matter(known),
            "decision": decision.get("text"),
            "result_sentence": decision.get("result_sentence"),
            "tasks": [
                _task(each, "party", "title", "due_on", "percent", "budget_fen", "spent_fen")
                for each in tasks
            ],
            "spending_fen": sum(spent) if spent else None,
            "leftovers": "；".join(left) or "无",
            "replies": known["replies"] or [],
            "appraisal": known["appraisal"],
            "objection_phone": known["phone"],
        }
    )


def appraisal_fields(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """What strangers may know of the appraisal; below five answers nothing that tells apart."""
    shown = snapshot["published"]
    return {name: value for name, value in shown.items() if value is not None}


def announcement(kind: str, fields: Mapping[str, Any]) -> tuple[str, str]:
    """Title and plain text of a notice: what stands large on the poster."""
    about = f"“{fields['title']}”"
    if kind == RESULT:
        decided = f"{fields.get('outcome', '')}。{fields.get('decision', '')}"
        return (
            f"关于{about}的结果公示",
            f"居民事项{fields['serial_no']}{about}经协商，结论为：{decided}",
        )
    done = fields.get("appraisal", {}).get("text", "")
    return (
        f"关于{about}的落实公示",
        f"居民事项{fields['serial_no']}{about}已办理完毕。{done}。遗留问题：{fields['leftovers']}。",
    )


def without(words: Collection[str], texts: Mapping[str, Any]) -> dict[str, Any]:
    """The notice with these words hidden wherever a person wrote them."""
    longest_first = sorted(words, key=len, reverse=True)

    def hide(text: str) -> str:
        for word in longest_first:
            text = text.replace(word, HIDDEN)
        return text

    return _in_texts(texts, hide)


def written_texts(fields: Mapping[str, Any]) -> dict[str, str]:
    """Every text of a notice that a person wrote, by the path under which the preview shows it."""
    found: dict[str, str] = {name: fields[name] for name in TEXTS if fields.get(name)}
    for name, inside in NESTED_TEXTS.items():
        value = fields.get(name)
        if isinstance(value, Mapping) and value.get(inside):
            found[f"{name}.{inside}"] = value[inside]
        if isinstance(value, list):
            for number, each in enumerate(value):
                if each.get(inside):
                    found[f"{name}.{number}.{inside}"] = each[inside]
    return found


def published_appraisal(
    invited: int, scores: Sequence[int], channels: Mapping[str, int]
) -> dict[str, Any]:
    shown = appraisal.published(invited, scores, channels)
    return {
        "invited": shown.invited,
        "answered": shown.answered,
        "spread": None
        if shown.spread is None
        else {str(score): count for score, count in shown.spread.items()},
        "channels": shown.channels,
        "text": shown.text,
    }


def closed_as(outcome: str | None, appraised: str | None) -> str:
    """How a matter ended, from its decision and its last appraisal."""
    ends = {
        "satisfied": "satisfied",
        "unsatisfied": "unsatisfied",
        "insufficient": "appraisal_insufficient",
    }
    if appraised in ends:
        return ends[appraised]
    return outcome or "no_matter"


def _matter(known: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "serial_no": known["serial_no"],
        "title": known["title"],
        "body": known["body"],
        "class": {"major": "大事", "common": "小事", "private": "私事"}.get(
            known["triage_class"] or ""
        ),
        "dates": _filled(
            {
                "submitted_on": known["submitted_on"],
                "deliberated_on": (known["meeting"] or {}).get("held_on"),
            }
        ),
    }


def _sitting(meeting: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: meeting[name] for name in ("held_on", "place", "position")}
    return {"kind": KINDS.get(meeting["kind"], meeting["kind"]), **told}


def _position(stated: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "party": PARTY_NAMES[stated["party"]],
        "stance": STANCE_NAMES.get(stated["stance"] or "", "尚未答复"),
        "text": stated["text"],
    }


def _task(task: Mapping[str, Any], *names: str) -> dict[str, Any]:
    shown = _filled({name: task[name] for name in names})
    return {**shown, "party": PARTY_NAMES.get(task["party"], task["party"])}


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def _in_texts(fields: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    changed = {name: change(value) if name in TEXTS else value for name, value in fields.items()}
    for name, inside in NESTED_TEXTS.items():
        value = changed.get(name)
        if isinstance(value, Mapping):
            changed[name] = {**value, inside: change(value[inside])}
        elif isinstance(value, list):
            changed[name] = [
                {**each, inside: change(each[inside])} if each.get(inside) else each
                for each in value
            ]
    return changed
