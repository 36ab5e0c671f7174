"""The made-up account of the double: its keys, its six people, its templates."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import backend.wechat

APP_ID = "wxdouble00000001"
APP_SECRET = "double-secret-for-loopback-only"  # noqa: S105 - opens nothing but this double
PUSH_TOKEN = "doublePushToken"  # noqa: S105 - likewise
PUSH_AES_KEY = "bGlubGktZG91YmxlLXB1c2gta2V5LTAxMjM0NTY3ODk"
TEMPLATES_FILE = Path(backend.wechat.__path__[0]) / "templates.demo.toml"

# Openid, name, number: numbers beginning 10 belong to nobody's telephone.
PEOPLE = (
    ("o_demo_01", "林安然", "10000000001"),
    ("o_demo_02", "陈知夏", "10000000002"),
    ("o_demo_03", "周望舒", "10000000003"),
    ("o_demo_04", "许明远", "10000000004"),
    ("o_demo_05", "赵清和", "10000000005"),
    ("o_demo_06", "孙若谷", "10000000006"),
)

# Template id, title, labels with their keywords; the same ids as in templates.demo.toml.
TEMPLATES: tuple[tuple[str, str, Mapping[str, str]], ...] = tuple(
    (template_id, title, MappingProxyType(labels))
    for template_id, title, labels in (
        (
            "demo_matter_progress",
            "事项进展通知",
            {"编号": "character_string1", "进展": "phrase2", "事项类别": "thing3", "时间": "date4"},
        ),
        (
            "demo_meeting_notice",
            "议事通知",
            {"议题": "thing1", "时间": "time2", "地点": "thing3"},
        ),
        ("demo_vote_reminder", "表决提醒", {"事项": "thing1", "截止时间": "date2"}),
        (
            "demo_activity_reminder",
            "活动提醒",
            {"活动": "thing1", "时间": "time2", "地点": "thing3"},
        ),
        ("demo_review_result", "审核结果通知", {"结果": "phrase1", "说明": "thing2"}),
        ("demo_publication", "公示通知", {"标题": "thing1", "期限": "date2"}),
        (
            "demo_points_change",
            "积分变动提醒",
            {"数量": "number1", "原因": "thing2", "时间": "date3"},
        ),
        ("demo_digest", "每日汇总", {"条数": "number1", "提示": "thing2"}),
        (
            "demo_emergency",
            "紧急通知",
            {"事由": "thing1", "时间": "time2", "怎么做": "thing3"},
        ),
    )
)


def content_of(labels: Mapping[str, str]) -> str:
    """A template's content as WeChat lists it."""
    return "".join(f"{label}:{{{{{keyword}.DATA}}}}\n" for label, keyword in labels.items())
