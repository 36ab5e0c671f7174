"""意见征集 over HTTP: statements one at a time, a vote on each, the counts afterwards."""

import csv
import io
import random
from typing import Any
from uuid import UUID

from flask import Response, current_app

from backend.api import Blueprint, PageArguments, json_response, page, page_of
from backend.clock import utc_now
from backend.deliberation.actions import conversations as actions
from backend.deliberation.models import Statement
from backend.deliberation.queries import conversations as found
from backend.deliberation.queries import statement_votes as votes
from backend.deliberation.queries.statement_votes import Cast
from backend.deliberation.rules import conversation as rules
from backend.deliberation.schemas.conversations import (
    ConversationSchema,
    KeyedStatementVoteSchema,
    NewConversationSchema,
    NewStatementSchema,
    OneMoreSchema,
    OwnStatementVotesArguments,
    OwnStatementVoteSchema,
    StatementDecisionSchema,
    StatementPageArguments,
    StatementSchema,
    StatementTallySchema,
    StatementVoteResultSchema,
    StatementVoteSchema,
    WrittenStatementSchema,
)
from backend.residents.identity import (
    current_caller,
    current_community_id,
    current_scopes,
    permitted,
    require_caller,
)

STANDING = {rules.ACCEPTED: "accepted", rules.PENDING: "pending", rules.REJECTED: "rejected"}
MODERATION = {word: number for number, word in STANDING.items()}

conversations = Blueprint("conversations", __name__, url_prefix="/api/v1", description="意见征集")
conversations.before_request(require_caller)


@conversations.post("/conversations")
@permitted("conversation.open")
@conversations.arguments(NewConversationSchema)
@conversations.response(201, ConversationSchema)
def open_conversation(new: dict[str, Any]) -> Any:
    """Open a conversation with its first statements."""
    opened = actions.open_conversation(current_caller(), **new)
    return _described(opened.id)


@conversations.get("/conversations")
@permitted("conversation.read")
@conversations.arguments(PageArguments, location="query")
@conversations.response(200, page_of(ConversationSchema))
def list_conversations(asked: dict[str, Any]) -> dict[str, Any]:
    """The conversations of the community, newest first."""
    rows = found.conversations_page(current_community_id(), now=utc_now(), **asked)
    return page(rows, asked["limit"], key=lambda row: row["id"])


@conversations.get("/conversations/<uuid:conversation_id>")
@permitted("conversation.read")
@conversations.response(200, ConversationSchema)
def get_conversation(conversation_id: UUID) -> Any:
    """One conversation."""
    return _described(conversation_id)


@conversations.post("/conversations/<uuid:conversation_id>/closing")
@permitted("conversation.open")
@conversations.response(200, ConversationSchema)
def close_conversation(conversation_id: UUID) -> Any:
    """Close a conversation; again changes nothing."""
    actions.close_conversation(current_caller(), conversation_id)
    return _described(conversation_id)


@conversations.get("/conversations/<uuid:conversation_id>/statements")
@permitted("conversation.read")
@conversations.arguments(StatementPageArguments, location="query")
@conversations.response(200, page_of(StatementSchema))
def list_statements(asked: dict[str, Any], conversation_id: UUID) -> dict[str, Any]:
    """Statements shown and one's own, newest first; staff see all."""
    _described(conversation_id)
    moderation = asked.pop("moderation")
    rows = found.statements_page(
        current_community_id(),
        conversation_id,
        resident_id=current_caller().resident_id,
        wide=_sees_all(),
        moderation=MODERATION.get(moderation),
        **asked,
    )
    return page(rows, asked["limit"], key=lambda row: row["id"])


@conversations.post("/conversations/<uuid:conversation_id>/statements")
@permitted("statement.write")
@conversations.arguments(NewStatementSchema)
@conversations.response(201, WrittenStatementSchema)
def write_statement(new: dict[str, str], conversation_id: UUID) -> dict[str, Any]:
    """Add a statement."""
    return _written(actions.write_statement(current_caller(), conversation_id, new["text"]))


@conversations.post("/statements/<uuid:statement_id>/moderation")
@permitted("moderation.decide")
@conversations.arguments(StatementDecisionSchema)
@conversations.response(200, WrittenStatementSchema)
def moderate_statement(decided: dict[str, Any], statement_id: UUID) -> dict[str, Any]:
    """Accept or reject a statement of somebody else."""
    accept = decided.pop("decision") == "accept"
    return _written(
        actions.moderate_statement(current_caller(), statement_id, accept=accept, **decided)
    )


@conversations.get("/conversations/<uuid:conversation_id>/next")
@permitted("statement.vote")
@conversations.response(200, OneMoreSchema)
def next_statement(conversation_id: UUID) -> dict[str, Any]:
    """A statement not yet voted on; agreed, divisive and little-seen ones come sooner."""
    rules.check_open(_described(conversation_id)["state"])
    unvoted = {
        row["id"]: row
        for row in votes.candidates(
            current_community_id(), conversation_id, current_caller().resident_id
        )
    }
    weights = [(statement_id, rules.weight(_tally(row))) for statement_id, row in unvoted.items()]
    chosen = rules.next_statement(weights, random.random())  # noqa: S311 - a draw, not a secret
    return {"statement": unvoted[chosen] if chosen else None, "left": len(unvoted)}


@conversations.put("/statements/<uuid:statement_id>/vote")
@permitted("statement.vote")
@conversations.arguments(StatementVoteSchema)
@conversations.response(200, StatementVoteResultSchema)
def vote(given: dict[str, Any], statement_id: UUID) -> Response:
    """Agree (1), pass (0) or disagree (-1); may be changed until the close."""
    return _counted(actions.vote(current_caller(), statement_id, **given))


@conversations.post("/statements/<uuid:statement_id>/keyed-votes")
@permitted("statement.key_vote")
@conversations.arguments(KeyedStatementVoteSchema)
@conversations.response(200, StatementVoteResultSchema)
def key_vote(given: dict[str, Any], statement_id: UUID) -> Response:
    """Write down the vote of somebody who called, was visited, came by or wrote."""
    return _counted(actions.key_vote(current_caller(), statement_id, **given))


@conversations.get("/conversations/<uuid:conversation_id>/tallies")
@permitted("conversation.read")
@conversations.arguments(PageArguments, location="query")
@conversations.response(200, page_of(StatementTallySchema))
def list_tallies(asked: dict[str, Any], conversation_id: UUID) -> dict[str, Any]:
    """Counts of the statements one has voted on; after the close, of all shown."""
    rows = _tallies(conversation_id, **asked)
    return page(rows, asked["limit"], key=lambda row: row["statement_id"])


@conversations.get("/conversations/<uuid:conversation_id>/export.csv")
@permitted("conversation.read")
@conversations.response(200, content_type="text/csv")
def export_tallies(conversation_id: UUID) -> Response:
    """The counts of accepted statements as a table; staff get all statements."""
    rows = _tallies(conversation_id, limit=None, only_accepted=not _sees_all())
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["no", "agree", "disagree", "pass"])
    for row in reversed(rows):
        writer.writerow([row["no"], row["agree"], row["disagree"], row["passed"]])
    response = current_app.response_class(table.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{conversation_id}.csv"'
    return response


@conversations.get("/conversations/<uuid:conversation_id>/event-counts")
@permitted("conversation.oversee")
@conversations.arguments(PageArguments, location="query")
@conversations.response(200, page_of(StatementTallySchema, name="EventCountPage"))
def list_event_counts(asked: dict[str, Any], conversation_id: UUID) -> dict[str, Any]:
    """Every vote ever cast, changed minds included, counted by statement."""
    _described(conversation_id)
    rows = votes.event_counts_page(current_community_id(), conversation_id, **asked)
    return page(rows, asked["limit"], key=lambda row: row["statement_id"])


@conversations.get("/me/statement-votes")
@permitted("self")
@conversations.arguments(OwnStatementVotesArguments, location="query")
@conversations.response(200, page_of(OwnStatementVoteSchema))
def list_own_votes(asked: dict[str, Any]) -> dict[str, Any]:
    """How one's own votes in a conversation stand."""
    conversation_id = asked.pop("conversation")
    _described(conversation_id)
    rows = votes.own_votes_page(
        current_community_id(), conversation_id, current_caller().resident_id, **asked
    )
    return page(rows, asked["limit"], key=lambda row: row["statement_id"])


def _described(conversation_id: UUID) -> Any:
    return found.described_conversation(current_community_id(), conversation_id, now=utc_now())


def _tallies(conversation_id: UUID, **asked: Any) -> Any:
    is_closed = _described(conversation_id)["state"] == "closed"
    rows = votes.tallies_page(
        current_community_id(),
        conversation_id,
        resident_id=current_caller().resident_id,
        wide=_sees_all(),
        now=utc_now(),
        **asked,
    )
    follows = asked.get("after") is not None  # nothing more on the last page is no refusal
    rules.check_may_see_tally(has_voted=bool(rows) or follows or _sees_all(), closed=is_closed)
    return rows


def _sees_all() -> bool:
    """Staff of the community; residents reach as far as their own votes."""
    return "c" in current_scopes()


def _tally(row: Any) -> rules.Tally:
    return rules.Tally(
        no=row["no"], agree=row["agree"], disagree=row["disagree"], passed=row["passed"]
    )


def _written(statement: Statement) -> dict[str, Any]:
    return {
        "id": statement.id,
        "no": statement.no,
        "text": statement.text,
        "moderation": STANDING[statement.moderation],
    }


def _counted(cast: Cast) -> Response:
    return json_response(
        {
            "value": cast.value,
            "agree": cast.agree,
            "disagree": cast.disagree,
            "passed": cast.passed,
        }
    )
