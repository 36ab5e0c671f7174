"""What the courier takes from a lane, and what it writes down after sending."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from backend import crypto
from backend.clock import utc_now
from backend.notifications.queries import courier, subscriptions
from backend.notifications.rules import (
    MAX_ATTEMPTS,
    UNSURE_WAIT,
    Outcome,
    outcome_of,
    sendable_urgencies,
)
from backend.wechat import WeChat, wechat
from backend.wechat.errors import Kind, WeChatProblem
from backend.wechat.templates import Template
from backend.wechat.values import ValueRefused, check_value, fit

LEASE = timedelta(seconds=150)
CARDS = 100


@dataclass(frozen=True)
class Card:
    """One card on its way; the openid lives only here and only as long."""

    community_id: UUID
    id: UUID
    kind: str
    urgency: int
    attempts: int
    was_unsure: bool
    subscription_id: UUID
    page: str
    payload: Mapping[str, str] = field(repr=False)
    openid: str = field(repr=False)


@dataclass(frozen=True)
class Bag:
    """The cards of one lane for one round; `ended` were settled without a call."""

    lane: int
    courier_id: UUID
    cards: Sequence[Card]
    ended: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Answer:
    """What became of one card: sent, a problem, or not even tried."""

    card: Card
    problem: WeChatProblem | None = None
    msgid: str | None = None
    tried: bool = True


def set_up_lanes() -> None:
    courier.set_up_lanes(utc_now())


def take_bag(courier_id: UUID) -> Bag | None:
    """Lease a lane and claim what is due in it; None if no free lane has anything due."""
    now = utc_now()
    urgencies = sendable_urgencies(now)
    lane = courier.lease_lane(courier_id, urgencies, now=now, lasting=LEASE)
    if lane is None:
        return None
    courier.find_lost(lane, now=now, again=now + UNSURE_WAIT, most=MAX_ATTEMPTS)
    templates = {kind: template.id for kind, template in wechat().templates.items()}
    rows = courier.due_cards(lane, urgencies, templates, now=now, limit=CARDS)
    letters = [_Letter(row, now) for row in rows]
    _reserve(letters)
    courier.claim([letter.claimed() for letter in letters], now)
    subscriptions.return_messages(
        letter.row["held_id"] for letter in letters if letter.gives_back_its_message
    )
    cards = [letter.card() for letter in letters if letter.end is None]
    if not cards:
        courier.free_lane(lane, courier_id, now)
    ended = Counter((letter.row["kind"], letter.end[0]) for letter in letters if letter.end)
    return Bag(lane, courier_id, cards, ended)


def send(way: WeChat, card: Card) -> Answer:
    """Hand one card to WeChat; runs in a thread, without a database."""
    template = way.templates[card.kind]
    try:
        data = _values(template, card.payload)
    except ValueRefused:
        return Answer(card, WeChatProblem(Kind.REFUSED, path="values"))
    try:
        msgid = way.send_subscribe_message(card.openid, template.id, card.page, data)
    except WeChatProblem as problem:
        return Answer(card, problem)
    return Answer(card, msgid=msgid)


def record(bag: Bag, answers: Sequence[Answer]) -> list[tuple[Card, Outcome]]:
    """Write down what came of the bag and free its lane; what was still ours to write."""
    now = utc_now()
    outcomes = [(answer, _outcome(answer, now)) for answer in answers]
    kept = courier.record([_recorded(*each) for each in outcomes], now)
    done = [(answer.card, outcome) for answer, outcome in outcomes if answer.card.id in kept]
    _settle_balances(done, now)
    courier.free_lane(bag.lane, bag.courier_id, now)
    return done


class _Letter:
    """A due card on the desk: what ends it before sending, or the message it may use."""

    def __init__(self, row: Mapping[str, Any], now: datetime) -> None:
        self.row = row
        self.subscription_id: UUID | None = row["held_id"]
        self.openid = ""
        self.end = self._end(now)

    @property
    def needs_message(self) -> bool:
        return self.end is None and self.subscription_id is None

    @property
    def gives_back_its_message(self) -> bool:
        return bool(self.end and self.row["held_id"] and not self.row["unsure"])

    def _end(self, now: datetime) -> tuple[str, str] | None:
        row = self.row
        if row["expires_at"] is not None and row["expires_at"] <= now:
            return "cancelled", "expired"
        if row["withdrew"]:
            return "cancelled", "consent_withdrawn"
        if row["identity_id"] is None:
            return "cancelled", "no_identity"
        if row["kind"] not in wechat().templates:
            return "given_up", "no_template"
        try:
            place = f"wechat_identity.openid:{row['identity_id']}"
            self.openid = crypto.unseal(row["openid_sealed"], place)
        except crypto.SealBroken:
            return "given_up", "seal_broken"
        return None

    def claimed(self) -> Mapping[str, Any]:
        state, reason = self.end or ("sending", None)
        return {
            "community_id": self.row["community_id"],
            "id": self.row["id"],
            "state": state,
            "reason": reason,
            "subscription_id": None if self.end else self.subscription_id,
        }

    def card(self) -> Card:
        if self.subscription_id is None:
            raise RuntimeError("A card without a message was claimed.")
        return Card(
            community_id=self.row["community_id"],
            id=self.row["id"],
            kind=self.row["kind"],
            urgency=self.row["urgency"],
            attempts=self.row["attempts"] + 1,
            was_unsure=self.row["unsure"],
            subscription_id=self.subscription_id,
            page=self.row["page"],
            payload=self.row["payload"],
            openid=self.openid,
        )


def _reserve(letters: Sequence[_Letter]) -> None:
    """Take one message of the balance for each; without one there is no call."""
    wanted = [letter.row["subscription_id"] for letter in letters if letter.needs_message]
    reserved = courier.reserve([each for each in wanted if each is not None])
    for letter in letters:
        if letter.needs_message:
            if letter.row["subscription_id"] in reserved:
                letter.subscription_id = letter.row["subscription_id"]
            else:
                letter.end = "given_up", "no_balance"


def _values(template: Template, payload: Mapping[str, str]) -> dict[str, str]:
    """The payload by WeChat's keywords, as long as each may be.

    Raises:
        ValueRefused: a field is missing, or no shortening makes it acceptable.
    """
    data = {}
    for name, keyword in template.fields.items():
        kind = keyword.rstrip("0123456789")
        data[keyword] = fit(kind, str(payload.get(name, "")))
        check_value(kind, data[keyword])
    return data


def _outcome(answer: Answer, now: datetime) -> Outcome:
    card, problem = answer.card, answer.problem
    if not answer.tried:
        return Outcome("due", now, unsure=card.was_unsure, counted=False)
    return outcome_of(
        problem.kind if problem else None,
        attempts=card.attempts,
        urgency=card.urgency,
        was_unsure=card.was_unsure,
        is_unsure=problem is not None and problem.unsure,
        wait_s=problem.wait_s if problem else None,
        now=now,
        chance=secrets.randbelow(1000) / 1000,
    )


def _recorded(answer: Answer, outcome: Outcome) -> Mapping[str, Any]:
    return {
        "community_id": answer.card.community_id,
        "id": answer.card.id,
        "attempts": answer.card.attempts,
        "state": outcome.state,
        "due_at": outcome.due_at,
        "reason": outcome.reason,
        "unsure": outcome.unsure,
        "counted": outcome.counted,
        "keeps": outcome.subscription == "",
        "msgid": answer.msgid,
    }


def _settle_balances(done: Sequence[tuple[Card, Outcome]], now: datetime) -> None:
    affected: dict[str, list[UUID]] = {"return": [], "empty": [], "forget": []}
    for card, outcome in done:
        if outcome.subscription:
            affected[outcome.subscription].append(card.subscription_id)
    subscriptions.return_messages([*affected["return"], *affected["forget"]])
    if affected["empty"]:
        subscriptions.empty_balances(affected["empty"], now)
    if affected["forget"]:
        subscriptions.forget_balances(affected["forget"])
