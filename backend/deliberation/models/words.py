"""The closed lists the tables check, and what people read for them."""

from collections.abc import Mapping

from sqlalchemy import CheckConstraint

from backend.database import one_of
from backend.residents.models import CHANNELS

STATUSES = (
    "draft",
    "submitted",
    "returned",
    "inquiring",
    "referred",
    "guided",
    "queued",
    "scheduled",
    "deliberating",
    "adjourned",
    "resolved",
    "publicized",
    "acting",
    "inspecting",
    "appraising",
    "outcome_publicized",
    "closed",
    "rejected",
    "withdrawn",
    "lapsed",
)
CLASSES = ("major", "common", "private")
CLOSED_AS = (
    "satisfied",
    "unsatisfied",
    "appraisal_insufficient",
    "not_agreed",
    "quorum_failed",
    "shelved",
    "guided",
    "no_matter",
)
OUTCOMES = ("agreed", "not_agreed", "quorum_failed", "shelved")
PARTIES = (
    "party_org",
    "residents_committee",
    "owners_committee",
    "property_company",
    "neutral",
    "supervision",
    "street",
    "department",
    "organisation",
    "representative",
    "resident",
    "expert",
    "deputy",
)
MEETING_KINDS = (
    "consultation_day",
    "discussion_day",
    "council",
    "hearing",
    "coordination",
    "appraisal_meeting",
    "talk",
    "round_table",
    "bench",
    "four_party",
    "residents_assembly",
    "representatives_assembly",
)
MEETING_STATES = ("shell", "frozen", "open", "closed", "empty", "cancelled")
TARGETS = ("rejection", "triage", "publication", "moderation", "oversight")


def known_channel(*more: str) -> CheckConstraint:
    return one_of("channel", (*CHANNELS, *more))


CATEGORY_NAMES: Mapping[str, str] = {
    "environment": "环境卫生",
    "facilities": "公共设施",
    "parking": "停车出行",
    "property": "物业服务",
    "safety": "安全消防",
    "noise": "噪声扰民",
    "elderly": "为老服务",
    "children": "儿童青少年",
    "culture": "文体活动",
    "other": "其他",
}
CLASS_NAMES: Mapping[str, str] = {"major": "大事", "common": "小事", "private": "私事"}
# Only in these may other residents see a matter; before, it is between few people.
SEEN_BY_MEMBERS = (
    "inquiring",
    "referred",
    "queued",
    "scheduled",
    "deliberating",
    "adjourned",
    "resolved",
    "publicized",
    "acting",
    "inspecting",
    "appraising",
    "outcome_publicized",
    "closed",
)
