"""A community of so many people, each with a phone that has said yes to reminders."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import psycopg
from psycopg.types.range import Range
from uuid_utils.compat import uuid7

from backend import crypto
from backend.database import db
from backend.wechat.double import account

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)  # 12:00 in Shanghai: no quiet hours
DAY = date(2026, 11, 1)
PHONES = "o_bench_"
TEMPLATE = "demo_vote_reminder"
CARDS_EACH = 10


@dataclass(frozen=True)
class Crowd:
    """Two communities: one with everybody, and an empty one to warm up with."""

    id: UUID
    nobody: UUID
    people: list[UUID]


def gather(number: int) -> Crowd:
    crowd = Crowd(uuid7(), uuid7(), [uuid7() for _ in range(number)])
    with db.engine.begin() as connection:
        driver = connection.connection.driver_connection
        if driver is None:
            raise SystemExit("No driver connection.")
        _homes(driver, crowd)
        _phones(driver, crowd.people)
        driver.execute("ANALYZE")
    return crowd


def openid(number: int) -> str:
    """The phone of the `number`th person, from 1, as the double calls it."""
    return f"{PHONES}{number:05d}"


def _homes(driver: psycopg.Connection, crowd: Crowd) -> None:
    street, building, dwelling, household = (uuid7() for _ in range(4))
    say = driver.execute
    say("INSERT INTO street (id, created_at, code, name) VALUES (%s, now(), 'M', 'M')", [street])
    for community, code in ((crowd.id, "M"), (crowd.nobody, "N")):
        say(
            "INSERT INTO community (id, created_at, street_id, code, name, phone, board_place,"
            " status) VALUES (%s, now(), %s, %s, 'M', '', '', 'live')",
            [community, street, code],
        )
    say(
        "INSERT INTO building (community_id, id, created_at, name, units)"
        " VALUES (%s, %s, now(), 'M', 1)",
        [crowd.id, building],
    )
    say(
        "INSERT INTO dwelling (community_id, id, created_at, building_id, unit_no, floor,"
        " room_no) VALUES (%s, %s, now(), %s, '1', 1, '101')",
        [crowd.id, dwelling, building],
    )
    say(
        "INSERT INTO household (community_id, id, created_at, dwelling_id, tenure, opened_on)"
        " VALUES (%s, %s, now(), %s, 'owner', '2020-01-01')",
        [crowd.id, household, dwelling],
    )
    with driver.cursor().copy(
        "COPY resident (id, created_at, name, home_community_id, preferred_channel, large_type,"
        " status) FROM STDIN"
    ) as rows:
        for person in crowd.people:
            rows.write_row((person, NOON, "王芳", crowd.id, "mini_program", False, "active"))
    with driver.cursor().copy(
        "COPY residency (community_id, id, created_at, resident_id, household_id, relation,"
        " valid, registered_here, is_main) FROM STDIN"
    ) as rows:
        for person in crowd.people:
            rows.write_row(
                (crowd.id, uuid7(), NOON, person, household, "head", Range(DAY), True, True)
            )


def _phones(driver: psycopg.Connection, people: list[UUID]) -> None:
    identities = [uuid7() for _ in people]
    with driver.cursor().copy(
        "COPY wechat_identity (id, created_at, resident_id, app_id, openid_sealed, openid_mac,"
        " bound_at) FROM STDIN"
    ) as rows:
        for number, (identity, person) in enumerate(zip(identities, people, strict=True), start=1):
            phone = openid(number)
            sealed = crypto.seal(phone, f"wechat_identity.openid:{identity}")
            mac = crypto.mac("wechat_identity.openid", phone)
            rows.write_row((identity, NOON, person, account.APP_ID, sealed, mac, NOON))
    with driver.cursor().copy(
        "COPY subscription (id, created_at, wechat_identity_id, template, accepted, spent,"
        " long_term) FROM STDIN"
    ) as rows:
        for identity in identities:
            rows.write_row((uuid7(), NOON, identity, TEMPLATE, CARDS_EACH, 0, False))
