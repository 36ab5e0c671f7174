"""Votes on statements: casting one in one statement, counting them, choosing what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text
from uuid_utils.compat import uuid7

from backend.database import db, tell

_IS_CLOSED = "(c.state = 'closed' OR coalesce(c.closes_at <= :now, false))"
_IS_SHOWN = "(s.moderation = 1 OR (s.moderation = 0 AND c.moderation = 'permissive'))"
_OWN = """EXISTS (SELECT FROM statement_vote_latest o
               WHERE o.community_id = s.community_id AND o.statement_id = s.id
                 AND o.resident_id = :resident_id)"""
_COUNTS = """count(*) FILTER (WHERE l.value = 1) AS agree,
             count(*) FILTER (WHERE l.value = -1) AS disagree,
             count(*) FILTER (WHERE l.value = 0) AS passed"""

# Guard, event, latest value and the counts to answer with, in one round trip. The key-share
# lock is the one the foreign key takes anyway; closing takes FOR UPDATE, so it waits for votes
# in flight, and a vote that waited for it finds the conversation closed. The counts come from
# before the vote: everybody else's are read, the caller's own is added by the caller.
# Which of a person's votes counts is decided where two of them meet, on the row itself, and
# whose hand wrote it comes before any clock: an own vote is never under a keyed one.
_VOTE = f"""
WITH asked AS (
  SELECT c.id AS conversation_id
    FROM statement s
    JOIN conversation c ON c.community_id = s.community_id AND c.id = s.conversation_id
   WHERE s.community_id = :community_id AND s.id = :statement_id
     AND c.state = 'open' AND (c.closes_at IS NULL OR c.closes_at > :now) AND {_IS_SHOWN}
     FOR KEY SHARE OF c
), cast_now AS (
  INSERT INTO statement_vote
         (community_id, id, created_at, conversation_id, statement_id, resident_id, value,
          channel, keyed_by, cast_at, client_key)
  SELECT :community_id, :id, :now, conversation_id, :statement_id, :resident_id, :value,
         :channel, CAST(:keyed_by AS uuid), :now, CAST(:client_key AS text)
    FROM asked
  ON CONFLICT (community_id, resident_id, client_key) DO NOTHING
  RETURNING seq
), counted AS (
  INSERT INTO statement_vote_latest AS l
         (community_id, statement_id, resident_id, value, cast_at, seq, is_own)
  SELECT :community_id, :statement_id, :resident_id, :value, :now, seq,
         CAST(:keyed_by AS uuid) IS NULL
    FROM cast_now
  ON CONFLICT (community_id, statement_id, resident_id) DO UPDATE
     SET value = excluded.value, cast_at = excluded.cast_at, seq = excluded.seq,
         is_own = excluded.is_own
   WHERE (l.is_own, l.cast_at, l.seq) < (excluded.is_own, excluded.cast_at, excluded.seq)
  RETURNING value
)
SELECT EXISTS (SELECT FROM asked) AS was_open,
       EXISTS (SELECT FROM cast_now) AS is_new,
       (SELECT v.statement_id = :statement_id AND v.value = :value FROM statement_vote v
         WHERE v.community_id = :community_id AND v.resident_id = :resident_id
           AND v.client_key = CAST(:client_key AS text)) AS is_repeat,
       (SELECT value FROM counted) AS own,
       max(l.value) FILTER (WHERE l.resident_id = :resident_id) AS own_before,
       count(*) FILTER (WHERE l.value = 1 AND l.resident_id <> :resident_id) AS agree,
       count(*) FILTER (WHERE l.value = -1 AND l.resident_id <> :resident_id) AS disagree,
       count(*) FILTER (WHERE l.value = 0 AND l.resident_id <> :resident_id) AS passed
  FROM statement_vote_latest l
 WHERE l.community_id = :community_id AND l.statement_id = :statement_id
"""  # noqa: S608 - built of our own words only
_WHY_NOT = text(f"""
SELECT {_IS_CLOSED} AS is_closed, {_IS_SHOWN} AS is_shown,
       coalesce(s.author_id = :resident_id, false) AS is_mine, s.moderation
  FROM statement s
  JOIN conversation c ON c.community_id = s.community_id AND c.id = s.conversation_id
 WHERE s.community_id = :community_id AND s.id = :statement_id
""")  # noqa: S608
_LAST_EVENT = text("""
SELECT v.channel, v.keyed_by, v.cast_at
  FROM statement_vote_latest l
  JOIN statement_vote v ON v.community_id = l.community_id
       AND v.resident_id = l.resident_id AND v.statement_id = l.statement_id AND v.seq = l.seq
 WHERE l.community_id = :community_id AND l.statement_id = :statement_id
   AND l.resident_id = :resident_id
""")
_TALLIES = text(f"""
SELECT s.id AS statement_id, s.no, t.agree, t.disagree, t.passed
  FROM statement s
  JOIN conversation c ON c.community_id = s.community_id AND c.id = s.conversation_id
  CROSS JOIN LATERAL (
    SELECT {_COUNTS} FROM statement_vote_latest l
     WHERE l.community_id = s.community_id AND l.statement_id = s.id) t
 WHERE s.community_id = :community_id AND s.conversation_id = :conversation_id
   AND (:wide OR (({_IS_SHOWN} AND ({_IS_CLOSED} OR {_OWN}))))
   AND (NOT :only_accepted OR s.moderation = 1)
   AND (CAST(:after AS uuid) IS NULL OR s.id < CAST(:after AS uuid))
 ORDER BY s.id DESC LIMIT :most
""")  # noqa: S608
_EVENT_COUNTS = text(f"""
WITH shown AS (
  SELECT s.id, s.no FROM statement s
   WHERE s.community_id = :community_id AND s.conversation_id = :conversation_id
     AND (CAST(:after AS uuid) IS NULL OR s.id < CAST(:after AS uuid))
   ORDER BY s.id DESC LIMIT :most
), counts AS (
  SELECT l.statement_id, {_COUNTS} FROM statement_vote l
   WHERE l.community_id = :community_id AND l.conversation_id = :conversation_id
   GROUP BY l.statement_id
)
SELECT shown.id AS statement_id, shown.no, coalesce(agree, 0) AS agree,
       coalesce(disagree, 0) AS disagree, coalesce(passed, 0) AS passed
  FROM shown LEFT JOIN counts ON counts.statement_id = shown.id
 ORDER BY shown.id DESC
""")  # noqa: S608
_CANDIDATES = text(f"""
SELECT s.id, s.no, s.text, s.is_seed, t.agree, t.disagree, t.passed
  FROM statement s
  JOIN conversation c ON c.community_id = s.community_id AND c.id = s.conversation_id
  CROSS JOIN LATERAL (
    SELECT {_COUNTS} FROM statement_vote_latest l
     WHERE l.community_id = s.community_id AND l.statement_id = s.id) t
 WHERE s.community_id = :community_id AND s.conversation_id = :conversation_id
   AND {_IS_SHOWN} AND NOT {_OWN}
""")  # noqa: S608
_OWN_VOTES = text("""
SELECT s.id AS statement_id, s.no, l.value, l.cast_at
  FROM statement s
  JOIN statement_vote_latest l ON l.community_id = s.community_id AND l.statement_id = s.id
 WHERE s.community_id = :community_id AND s.conversation_id = :conversation_id
   AND l.resident_id = :resident_id
   AND (CAST(:after AS uuid) IS NULL OR s.id < CAST(:after AS uuid))
 ORDER BY s.id DESC LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class Cast:
    """What one vote came to: whether it could be cast, and the counts with it."""

    was_open: bool
    is_new: bool
    is_repeat: bool | None  # None: the client's key is new, or there is none
    counts: bool  # False: another vote of this person stands before it
    value: int
    agree: int
    disagree: int
    passed: int


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a statement takes no vote of this person."""

    is_closed: bool
    is_shown: bool
    is_mine: bool
    moderation: int


def cast_vote(
    community_id: UUID,
    statement_id: UUID,
    resident_id: UUID,
    value: int,
    *,
    channel: str,
    now: datetime,
    keyed_by: UUID | None = None,
    client_key: str | None = None,
) -> Cast:
    """Keep the vote if the conversation is open and the statement shown; count either way."""
    (row,) = tell(
        _VOTE,
        {
            "community_id": community_id,
            "statement_id": statement_id,
            "resident_id": resident_id,
            "id": uuid7(),
            "value": value,
            "channel": channel,
            "keyed_by": keyed_by,
            "client_key": client_key,
            "now": now,
        },
    )
    own = next((row[each] for each in ("own", "own_before") if row[each] is not None), value)
    return Cast(
        was_open=row["was_open"],
        is_new=row["is_new"],
        is_repeat=row["is_repeat"],
        counts=row["own"] is not None,
        value=own,
        agree=row["agree"] + (own == 1),
        disagree=row["disagree"] + (own == -1),
        passed=row["passed"] + (own == 0),
    )


def obstacle(
    community_id: UUID, statement_id: UUID, resident_id: UUID, *, now: datetime
) -> Obstacle | None:
    """What stands in the way of a vote; None where there is no such statement."""
    asked = {
        "community_id": community_id,
        "statement_id": statement_id,
        "resident_id": resident_id,
        "now": now,
    }
    row = db.session.execute(_WHY_NOT, asked).mappings().first()
    return Obstacle(**row) if row else None


def counting_vote(community_id: UUID, statement_id: UUID, resident_id: UUID) -> RowMapping | None:
    """Channel, time and writer of the vote that counts for this person, if any."""
    asked = {
        "community_id": community_id,
        "statement_id": statement_id,
        "resident_id": resident_id,
    }
    return db.session.execute(_LAST_EVENT, asked).mappings().first()


def tallies_page(
    community_id: UUID,
    conversation_id: UUID,
    *,
    resident_id: UUID,
    wide: bool,
    now: datetime,
    limit: int | None,
    after: UUID | None = None,
    only_accepted: bool = False,
) -> Sequence[RowMapping]:
    """The latest votes of each statement, counted, newest first, one more than `limit`.

    People see the counts of what they have voted on, and all after the close; `wide`
    stands for staff, who see all. Without `limit`, the whole list.
    """
    asked = {
        "community_id": community_id,
        "conversation_id": conversation_id,
        "resident_id": resident_id,
        "wide": wide,
        "only_accepted": only_accepted,
        "now": now,
        "after": after,
        "most": limit and limit + 1,
    }
    return db.session.execute(_TALLIES, asked).mappings().all()


def event_counts_page(
    community_id: UUID, conversation_id: UUID, *, limit: int, after: UUID | None
) -> Sequence[RowMapping]:
    """Every vote ever cast, counted by statement, newest first, one more than `limit`."""
    asked = {
        "community_id": community_id,
        "conversation_id": conversation_id,
        "after": after,
        "most": limit + 1,
    }
    return db.session.execute(_EVENT_COUNTS, asked).mappings().all()


def candidates(
    community_id: UUID, conversation_id: UUID, resident_id: UUID
) -> Sequence[RowMapping]:
    """The statements shown that this person has not voted on, with their counts."""
    asked = {
        "community_id": community_id,
        "conversation_id": conversation_id,
        "resident_id": resident_id,
    }
    return db.session.execute(_CANDIDATES, asked).mappings().all()


def own_votes_page(
    community_id: UUID,
    conversation_id: UUID,
    resident_id: UUID,
    *,
    limit: int,
    after: UUID | None,
) -> Sequence[RowMapping]:
    """How this person's votes stand, newest statement first, one more than `limit`."""
    asked = {
        "community_id": community_id,
        "conversation_id": conversation_id,
        "resident_id": resident_id,
        "after": after,
        "most": limit + 1,
    }
    return db.session.execute(_OWN_VOTES, asked).mappings().all()
