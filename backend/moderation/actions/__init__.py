"""Submitting a text, letting the machine look, and the decisions of people."""

from backend.moderation.actions.reviews import (
    appeal,
    check_sample,
    decide,
    decide_appeal,
    look_again,
    tell_overdue,
)
from backend.moderation.actions.texts import (
    ask_machine,
    claim_texts,
    on_decision,
    record_verdict,
    submit_text,
    use_word_list,
)

__all__ = [
    "appeal",
    "ask_machine",
    "check_sample",
    "claim_texts",
    "decide",
    "decide_appeal",
    "look_again",
    "on_decision",
    "record_verdict",
    "submit_text",
    "tell_overdue",
    "use_word_list",
]
