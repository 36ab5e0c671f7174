"""What the pages of moderation call texts, states and what the machine says."""

from collections.abc import Mapping

from backend.moderation.models import DOUBTFUL, RISKY, ModerationCase
from backend.moderation.rules import LABELS, REASONS

SUBJECTS: Mapping[str, str] = {"proposal_text": "事项", "statement": "意见"}
STATES: Mapping[str, tuple[str, str]] = {
    "held": ("等审核", "info"),
    "escalated": ("等主任定", "warn"),
    "passed": ("通过", "ok"),
    "returned": ("退回", "warn"),
    "replaced": ("作者改过了", "plain"),
}
DECISIONS = [
    ("pass", "通过", "邻居能看到"),
    ("return", "退回", "作者看到理由，可以改，也可以申诉"),
    ("escalate", "交主任定", "自己拿不准"),
]
REASON_CHOICES = list(REASONS.items())
FINDINGS: Mapping[str, str] = {"fine": "没有问题", "doubtful": "有疑问，再审一次"}
APPEALS: Mapping[str, str] = {"passed": "申诉成立，已通过", "upheld": "维持退回"}


def risk(case: ModerationCase) -> tuple[str, str]:
    """How urgent the text looks."""
    if case.state == "escalated":
        return STATES["escalated"]
    if case.priority == RISKY:
        return "可能有问题", "danger"
    return ("要看一看", "warn") if case.priority == DOUBTFUL else ("一般", "plain")


def machine(case: ModerationCase) -> str:
    """What the machine said; it advises, people decide."""
    said = {
        None: "机器还没看完。",
        "pass": "机器没有发现问题。",
        "none": "机器没看成，请您来看。",
        "review": "机器拿不准",
        "risky": "机器认为有问题",
    }.get(case.machine_result, "机器拿不准")
    if case.machine_result in {"review", "risky"}:
        said = f"{said}：{LABELS.get(case.machine_label or 0, LABELS[21000])}。"
    return f"{said}碰到了社区自己的词表。" if case.on_word_list else said
