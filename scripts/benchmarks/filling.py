"""What the benchmark's communities hold: people with sessions, matters, a conversation."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

import psycopg
from redis import Redis
from uuid_utils.compat import uuid7

from backend.residents.identity import IDLE_SECONDS

PEOPLE = 2000
TOKEN = "bench-{}-{}"
FILLED = """
INSERT INTO proposal_text (community_id, id, created_at, proposal_id, version, title, body,
        body_norm, sha256, written_by)
SELECT p.community_id, gen_random_uuid(), p.created_at, p.id, 1,
       '第' || p.serial_no || '号：楼道照明需要维修', repeat('楼道灯坏了，老人晚上看不清台阶。', 8),
       repeat('楼道灯坏了老人晚上看不清台阶', 8), repeat('0', 64), p.author_id
  FROM proposal p WHERE p.community_id = %(community_id)s
"""


@dataclass(frozen=True)
class Filled:
    """One community of the benchmark."""

    id: UUID
    tokens: list[str]  # of residents with verified residence
    people: list[UUID]
    proposals: list[UUID]  # some of them, for details and support
    statements: list[UUID]


def fill(connection: psycopg.Connection, name: str, matters: int) -> Filled:
    """A community with 2,000 people and `matters` accepted matters."""
    community_id, street_id, grid = uuid7(), uuid7(), uuid7()
    say = connection.execute
    say(
        "INSERT INTO street (id, created_at, code, name) VALUES (%s, now(), %s, %s)",
        [street_id, name, name],
    )
    say(
        "INSERT INTO community (id, created_at, street_id, code, name, phone, board_place, status)"
        " VALUES (%s, now(), %s, %s, %s, '', '', 'live')",
        [community_id, street_id, name, name],
    )
    say(
        "INSERT INTO grid (community_id, id, created_at, level, code, name)"
        " VALUES (%s, %s, now(), 1, 'G', 'G')",
        [community_id, grid],
    )
    people = [uuid7() for _ in range(PEOPLE)]
    _people(connection, community_id, people, name)
    proposals = _matters(connection, community_id, grid, people, matters)
    statements = _conversation(connection, community_id, people[0])
    tokens = [TOKEN.format(name, number) for number in range(PEOPLE)]
    return Filled(community_id, tokens, people, proposals, statements)


def a_chair(connection: psycopg.Connection, redis: Redis, community: Filled) -> str:
    """Somebody at the committee's desk, signed in; gives the session's token."""
    person, session, token = uuid7(), uuid7(), TOKEN.format("chair", community.id)
    say = connection.execute
    say(
        "INSERT INTO resident (id, created_at, name, home_community_id, preferred_channel,"
        " large_type, status) VALUES (%s, now(), '张主任', %s, 'mini_program', false, 'active')",
        [person, community.id],
    )
    say(
        "INSERT INTO role_assignment (id, created_at, resident_id, role, scope_type, scope_id,"
        " community_id, valid, basis, state)"
        " VALUES (%s, now(), %s, 'chair', 'community', %s, %s, '[2020-01-01,)', '', 'live')",
        [uuid7(), person, community.id, community.id],
    )
    say(
        "INSERT INTO login_session (id, created_at, resident_id, kind, token_hash, expires_at,"
        " device_label) VALUES (%s, now(), %s, 'console', %s, now() + interval '12 hours', '')",
        [session, person, _hashed(token)],
    )
    redis.set(f"awake:{session}", 1, ex=IDLE_SECONDS["console"])
    return token


def _people(
    connection: psycopg.Connection, community_id: UUID, people: list[UUID], name: str
) -> None:
    building, dwelling, household = uuid7(), uuid7(), uuid7()
    say = connection.execute
    say(
        "INSERT INTO building (community_id, id, created_at, name, units)"
        " VALUES (%s, %s, now(), '1号楼', 1)",
        [community_id, building],
    )
    say(
        "INSERT INTO dwelling (community_id, id, created_at, building_id, unit_no, floor, room_no)"
        " VALUES (%s, %s, now(), %s, '1', 1, '101')",
        [community_id, dwelling, building],
    )
    say(
        "INSERT INTO household (community_id, id, created_at, dwelling_id, tenure, opened_on)"
        " VALUES (%s, %s, now(), %s, 'owner', '2020-01-01')",
        [community_id, household, dwelling],
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO resident (id, created_at, name, home_community_id, preferred_channel,"
            " large_type, status) VALUES (%s, now(), '王芳', %s, 'mini_program', false, 'active')",
            [(person, community_id) for person in people],
        )
        cursor.executemany(
            "INSERT INTO residency (community_id, id, created_at, resident_id, household_id,"
            " relation, valid, registered_here, is_main)"
            " VALUES (%s, %s, now(), %s, %s, 'head', '[2020-01-01,)', true, true)",
            [(community_id, uuid7(), person, household) for person in people],
        )
        cursor.executemany(
            "INSERT INTO login_session (id, created_at, resident_id, kind, token_hash, expires_at,"
            " device_label) VALUES (%s, now(), %s, 'resident', %s, now() + interval '7 days', '')",
            [
                (uuid7(), person, _hashed(TOKEN.format(name, number)))
                for number, person in enumerate(people)
            ],
        )


def _matters(
    connection: psycopg.Connection,
    community_id: UUID,
    grid: UUID,
    people: list[UUID],
    count: int,
) -> list[UUID]:
    ids = [uuid7() for _ in range(count)]
    with connection.cursor().copy(
        "COPY proposal (community_id, id, created_at, author_id, channel, category_code, grid_id,"
        " serial_no, display_name, place, is_private, status, status_since, submitted_at, round,"
        " rework_count, text_version, text_state, last_seq, last_hash, version) FROM STDIN"
    ) as rows:
        for number, each in enumerate(ids):
            rows.write_row(
                (
                    *(community_id, each, "2026-11-01T00:00:00Z", people[number % PEOPLE]),
                    *("mini_program", "facilities", grid, f"2026-{number:06d}", "masked"),
                    *("3号楼一单元", False, "queued", "2026-11-01T00:00:00Z"),
                    *("2026-11-01T00:00:00Z", 1, 0, 1, "passed", 0, "0" * 64, 1),
                )
            )
    connection.execute(FILLED, {"community_id": community_id})
    connection.execute("ANALYZE")
    return ids[-PEOPLE:]


def _conversation(connection: psycopg.Connection, community_id: UUID, author: UUID) -> list[UUID]:
    conversation, statements = uuid7(), [uuid7() for _ in range(20)]
    connection.execute(
        "INSERT INTO conversation (community_id, id, created_at, topic, moderation, state, last_no,"
        " opened_by) VALUES (%s, %s, now(), '停车怎么办', 'permissive', 'open', 20, %s)",
        [community_id, conversation, author],
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO statement (community_id, id, created_at, conversation_id, no, text,"
            " author_id, is_seed, moderation) VALUES (%s, %s, now(), %s, %s, '应当划线停车', %s,"
            " true, 1)",
            [
                (community_id, each, conversation, number, author)
                for number, each in enumerate(statements, start=1)
            ],
        )
    return statements


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
