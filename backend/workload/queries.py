"""待办: what waits for one person in all domains, by the day it is due, in one statement.

It lists what there is to do, never who has done how much of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from backend.clock import today, utc_now
from backend.database import db
from backend.deliberation.queries.matters import asked_by, visible_to
from backend.residents.models import Caller
from backend.residents.queries.places import buildings_covered

Serves = Callable[[Caller], bool]

_MATTER = """proposal p JOIN proposal_text t ON t.community_id = p.community_id
    AND t.proposal_id = p.id AND t.version = p.text_version"""
_COLUMNS = "kind, id, matter_id, title, reference, due_at"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of work: whose it is, and the SQL that finds it."""

    name: str
    serves: Serves
    sql: str


def _holds(*roles: str) -> Serves:
    return lambda caller: not caller.roles.isdisjoint(roles)


def _everybody(_caller: Caller) -> bool:
    return True


def _matters(kind: str, condition: str, *, due: str = "p.status_due_at") -> str:
    return f"""SELECT '{kind}' AS kind, p.id, p.id AS matter_id, t.title, p.serial_no AS reference,
        {due} AS due_at FROM {_MATTER}
      WHERE p.community_id = :community_id AND {{seen}} AND {condition}"""  # noqa: S608


def _end_of(day: str) -> str:
    """A date's last moment here, to stand among moments."""
    return f"(({day} + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')"


def _meetings(kind: str, condition: str, *, due: str, of: str = "meeting m") -> str:
    return f"""SELECT '{kind}' AS kind, m.id, NULL::uuid AS matter_id,
        to_char(m.starts_at AT TIME ZONE 'Asia/Shanghai', 'FMMM"月"FMDD"日" HH24:MI')
            || ' ' || m.place AS title, NULL AS reference, {due} AS due_at
      FROM {of} WHERE m.community_id = :community_id AND {condition}"""  # noqa: S608


_MINUTES = """meeting m JOIN LATERAL (SELECT u.id, u.state, u.circulated_at FROM minutes u
    WHERE u.community_id = m.community_id AND u.meeting_id = m.id
    ORDER BY u.version DESC LIMIT 1) u ON true"""
# Three days for corrections; they never end on a day off. Only then may anybody sign.
_CORRECTED = """(SELECT min(d)::date FROM generate_series(
        (u.circulated_at AT TIME ZONE 'Asia/Shanghai')::date + 3,
        (u.circulated_at AT TIME ZONE 'Asia/Shanghai')::date + 33, interval '1 day') d
      LEFT JOIN holiday h ON h.day = d::date
     WHERE coalesce(h.working, extract(isodow FROM d) < 6))"""


def _signed(how: str) -> str:
    return f"""EXISTS (SELECT 1 FROM minutes_signature s WHERE s.community_id = m.community_id
        AND s.minutes_id = u.id AND {how})"""  # noqa: S608


def _deeds(kind: str, condition: str, *, of: str = "d") -> str:
    """Deeds (`d`), or with `of="o"` objections to them."""
    objections = (
        """JOIN deed_objection o ON o.community_id = d.community_id
        AND o.deed_id = d.id"""
        if of == "o"
        else ""
    )
    return f"""SELECT '{kind}' AS kind, {of}.id, NULL::uuid AS matter_id, i.title,
        d.serial AS reference, {of}.due_at
      FROM deed d JOIN rule_item i ON i.community_id = d.community_id AND i.id = d.item_id
        {objections} WHERE d.community_id = :community_id AND d.actor_id <> :me
        AND d.recorded_by IS DISTINCT FROM :me AND {condition}"""  # noqa: S608


COVERING = ("grid_worker", "service_worker", "committee_member", "chair")


def _batches(kind: str, condition: str) -> str:
    return f"""SELECT '{kind}' AS kind, b.id, NULL::uuid AS matter_id,
        to_char(b.period_start, 'YYYY"年"FMMM"月"') || CASE b.kind WHEN 'duty' THEN '履职'
          WHEN 'meeting' THEN '议事' WHEN 'honour' THEN '评选' ELSE '志愿服务' END
          || '积分' AS title,
        b.kind AS reference, b.due_at
      FROM grant_batch b
     WHERE b.community_id = :community_id AND {condition}"""  # noqa: S608


def _thanks_objections(kind: str, condition: str) -> str:
    return f"""SELECT '{kind}' AS kind, o.id, NULL::uuid AS matter_id,
        CASE WHEN o.line_id IS NULL THEN '评选' ELSE '批量发放' END || '异议' AS title,
        o.state AS reference, o.due_at
      FROM thanks_objection o
      LEFT JOIN grant_line l ON l.community_id = o.community_id AND l.id = o.line_id
     WHERE o.community_id = :community_id AND o.actor_id <> :me
       AND l.resident_id IS DISTINCT FROM :me AND {condition}"""  # noqa: S608


def _honours(kind: str, condition: str) -> str:
    return f"""SELECT '{kind}' AS kind, r.id, NULL::uuid AS matter_id, r.title,
        r.state AS reference, NULL::timestamptz AS due_at
      FROM honour_round r
     WHERE r.community_id = :community_id AND r.state = 'reviewing' AND {condition}"""  # noqa: S608


STAFF = ("committee_member", "chair", "party_secretary", "counter_clerk")
KINDS = (
    Kind(
        name="accept",
        serves=_holds("grid_worker", "chair"),
        sql=_matters("accept", "p.status = 'submitted' AND p.author_id <> :me"),
    ),
    Kind(
        name="assign",
        serves=_holds("chair"),
        sql=_matters("assign", "p.status IN ('inquiring', 'guided') AND p.assignee_id IS NULL"),
    ),
    Kind(
        name="inquire",
        serves=_everybody,
        sql=_matters(
            "inquire",
            """p.status = 'inquiring' AND p.assignee_id = :me AND NOT EXISTS (
                SELECT 1 FROM inquiry_note n WHERE n.community_id = p.community_id
                   AND n.proposal_id = p.id AND n.round = p.round)""",
        ),
    ),
    Kind(
        name="sort",
        serves=_everybody,
        sql=_matters(
            "sort",
            """p.status = 'inquiring' AND p.assignee_id = :me AND EXISTS (
                SELECT 1 FROM inquiry_note n WHERE n.community_id = p.community_id
                   AND n.proposal_id = p.id AND n.round = p.round)""",
        ),
    ),
    Kind(
        name="guide",
        serves=_everybody,
        sql=_matters(
            "guide",
            """p.status = 'guided' AND p.assignee_id = :me AND NOT EXISTS (
                SELECT 1 FROM proposal_event e WHERE e.community_id = p.community_id
                   AND e.proposal_id = p.id AND e.kind = 'guidance_given'
                   AND e.occurred_at >= p.status_since)""",
        ),
    ),
    Kind(
        name="reply",
        serves=_holds("chair", "committee_member", "counter_clerk", "street_clerk", "street_lead"),
        sql=_matters("reply", "p.status = 'referred'"),
    ),
    Kind(
        name="find_a_day",
        serves=_holds("chair"),
        sql=_matters("find_a_day", "p.status = 'adjourned'"),
    ),
    Kind(
        name="hold",
        serves=_everybody,
        sql=_meetings(
            "hold",
            f"""m.state IN ('frozen', 'open') AND m.starts_at < {_end_of(":today")}
               AND (m.host_id = :me OR m.recorder_id = :me OR (m.host_id IS NULL AND :is_chair))""",
            due="m.starts_at",
        ),
    ),
    Kind(
        name="circulate",
        serves=_everybody,
        sql=_meetings(
            "circulate",
            "m.state = 'closed' AND u.state = 'draft' AND m.recorder_id = :me",
            due="NULL::timestamptz",
            of=_MINUTES,
        ),
    ),
    Kind(
        name="sign",
        serves=_everybody,
        sql=_meetings(
            "sign",
            f"""m.state = 'closed' AND u.state = 'circulated' AND {_end_of(_CORRECTED)} <= :now
               AND NOT {_signed("s.signer_id = :me")}
               AND (:me IN (m.host_id, m.recorder_id, m.supervisor_id)
                OR (m.supervisor_id IS NULL AND :is_supervisor
                   AND NOT {_signed("s.signs_as = 'supervisor'")}))""",
            due="NULL::timestamptz",
            of=_MINUTES,
        ),
    ),
    Kind(
        name="publish",
        serves=_holds("chair"),
        sql=_matters(
            "publish",
            """(p.status = 'resolved' OR (p.status = 'appraising' AND EXISTS (
                SELECT 1 FROM question q WHERE q.community_id = p.community_id
                   AND q.proposal_id = p.id AND q.round = p.round AND q.state = 'closed')))""",
        ),
    ),
    Kind(
        name="inspect",
        serves=_holds("supervisor"),
        sql=_matters("inspect", "p.status = 'inspecting'"),
    ),
    Kind(
        name="explain",
        serves=_everybody,
        sql=_matters(
            "explain",
            """p.escalated_at IS NOT NULL AND p.status_due_at < :now AND (p.assignee_id = :me
                OR :is_chair OR EXISTS (SELECT 1 FROM task k
                   WHERE k.community_id = p.community_id AND k.proposal_id = p.id
                     AND k.assignee_id = :me AND k.state = 'open'))
               AND NOT EXISTS (SELECT 1 FROM proposal_event e
                   WHERE e.community_id = p.community_id AND e.proposal_id = p.id
                     AND e.kind = 'overdue_explained' AND e.occurred_at >= p.escalated_at)""",
        ),
    ),
    Kind(
        name="task",
        serves=_everybody,
        sql=f"""SELECT 'task' AS kind, k.id, p.id AS matter_id, k.title,
            p.serial_no AS reference, {_end_of("k.due_on")} AS due_at
          FROM task k JOIN proposal p ON p.community_id = k.community_id AND p.id = k.proposal_id
         WHERE k.community_id = :community_id AND k.assignee_id = :me AND k.state = 'open'
           AND p.status = 'acting'""",  # noqa: S608
    ),
    Kind(
        name="objection",
        serves=_holds("chair", "supervisor"),
        sql=f"""SELECT 'objection' AS kind, o.id, p.id AS matter_id, t.title,
            p.serial_no AS reference, o.due_at
          FROM objection o JOIN {_MATTER}
            ON p.community_id = o.community_id AND p.id = o.proposal_id
         WHERE o.community_id = :community_id AND o.decided_at IS NULL
           AND o.target IN ('rejection', 'triage', 'publication') AND o.by_id <> :me
           AND o.first_decided_by IS DISTINCT FROM :me AND o.decided_by IS DISTINCT FROM :me
           AND {{seen}}""",  # noqa: S608
    ),
    Kind(
        name="question",
        serves=_holds("chair", "committee_member", "counter_clerk"),
        sql=f"""SELECT 'question' AS kind, o.id, p.id AS matter_id, t.title,
            p.serial_no AS reference, o.due_at
          FROM objection o JOIN {_MATTER}
            ON p.community_id = o.community_id AND p.id = o.proposal_id
         WHERE o.community_id = :community_id AND o.decided_at IS NULL
           AND o.target = 'oversight' AND o.by_id <> :me AND {{seen}}""",  # noqa: S608
    ),
    Kind(
        name="verify",
        serves=_holds("grid_worker", "committee_member", "chair"),
        sql=f"""SELECT 'verify' AS kind, v.id, NULL::uuid AS matter_id, b.name AS title,
            v.state AS reference, {_end_of("v.due_on")} AS due_at
          FROM verification v
          JOIN dwelling d ON d.community_id = v.community_id AND d.id = v.dwelling_id
          JOIN building b ON b.community_id = d.community_id AND b.id = d.building_id
         WHERE v.community_id = :community_id AND v.state IN ('requested', 'appealed')
           AND v.actor_id <> :me AND (:all_buildings OR d.building_id = ANY(:buildings))""",  # noqa: S608
    ),
    Kind(
        name="moderate",
        serves=_holds("moderator", "chair"),
        sql="""SELECT 'moderate' AS kind, m.id, NULL::uuid AS matter_id, m.title,
            m.subject_type AS reference, m.due_at
          FROM moderation_case m
         WHERE m.community_id = :community_id AND m.state IN ('held', 'escalated')
           AND m.author_id <> :me AND m.checked_at IS NOT NULL
           AND (:is_moderator OR m.state = 'escalated' OR m.due_at <= :now)""",
    ),
    Kind(
        name="moderation_appeal",
        serves=_holds("chair", "supervisor"),
        sql="""SELECT 'moderation_appeal' AS kind, m.id, NULL::uuid AS matter_id, m.title,
            m.subject_type AS reference, m.due_at
          FROM moderation_case m
         WHERE m.community_id = :community_id AND m.appealed_at IS NOT NULL
           AND m.appeal_outcome IS NULL AND m.decided_by IS DISTINCT FROM :me
           AND m.author_id <> :me""",
    ),
    Kind(
        name="complaint",
        serves=_holds("counter_clerk", "committee_member", "chair", "street_clerk"),
        sql="""SELECT 'complaint' AS kind, c.id, NULL::uuid AS matter_id,
            CASE c.kind WHEN 'complaint' THEN '投诉' WHEN 'report' THEN '举报' ELSE '建议' END
              || CASE c.state WHEN 'received' THEN '等受理' WHEN 'accepted' THEN '等答复'
                 ELSE '等回访' END || ' ' || c.number AS title,
            c.number AS reference, c.due_at
          FROM complaint c
         WHERE c.community_id = :community_id AND c.state <> 'closed'
           AND c.about_id IS DISTINCT FROM :me AND c.complainant_id IS DISTINCT FROM :me""",
    ),
    Kind(
        name="deed_review",
        serves=_holds("grid_worker", "service_worker", "committee_member"),
        sql=_deeds(
            "deed_review",
            """d.state IN ('confirmed', 'refuted')
               AND (:all_buildings OR d.building_id = ANY(:buildings))""",
        ),
    ),
    Kind(
        name="deed_second_review",
        serves=_holds("grid_worker", "service_worker", "committee_member"),
        sql=_deeds("deed_second_review", "d.state = 'second_review' AND d.decided_by <> :me"),
    ),
    Kind(
        name="deed_objection",
        serves=_holds("committee_member", "chair"),
        sql=_deeds(
            "deed_objection",
            """o.kind = 'objection' AND o.state = 'open' AND o.actor_id <> :me
               AND d.decided_by <> :me AND d.second_by IS DISTINCT FROM :me""",
            of="o",
        ),
    ),
    Kind(
        name="deed_appeal",
        serves=_holds("supervisor"),
        sql=_deeds(
            "deed_appeal",
            """(o.state = 'appealed' OR (o.kind = 'complaint' AND o.state = 'open'))
               AND o.actor_id <> :me""",
            of="o",
        ),
    ),
    Kind(
        # One row a counter: what is to be kept ready there, by the first day that ends.
        name="shop_orders",
        serves=_holds("counter_clerk"),
        sql="""SELECT 'shop_orders' AS kind, c.id, NULL::uuid AS matter_id,
            c.title || '：' || count(*) || '份待领取' AS title, '积分兑换' AS reference,
            min(o.expires_at) AS due_at
          FROM shop_order o
          JOIN counter c ON c.community_id = o.community_id AND c.id = o.counter_id
          JOIN counter_clerk k ON k.community_id = c.community_id AND k.counter_id = c.id
         WHERE o.community_id = :community_id AND o.state = 'placed' AND k.resident_id = :me
         GROUP BY c.id, c.title""",
    ),
    Kind(
        name="shop_return",
        serves=_holds("committee_member"),
        sql="""SELECT 'shop_return' AS kind, o.id, NULL::uuid AS matter_id,
            i.title || '×' || o.given AS title, '积分兑换' AS reference,
            o.return_asked_at + interval '3 days' AS due_at
          FROM shop_order o
          JOIN shop_item i ON i.community_id = o.community_id AND i.id = o.item_id
         WHERE o.community_id = :community_id AND o.state = 'picked_up'
           AND o.return_asked_at IS NOT NULL AND o.return_asked_by <> :me
           AND o.placed_by <> :me""",
    ),
    Kind(
        name="due_publication",
        serves=_holds(*STAFF),
        sql=f"""SELECT 'due_publication' AS kind, i.id, i.source_id AS matter_id, i.title,
            i.item_code AS reference, {_end_of("i.due_on")} AS due_at
          FROM due_item i
         WHERE i.community_id = :community_id AND i.satisfied_by IS NULL""",  # noqa: S608
    ),
    Kind(
        name="check_sheet",
        serves=_holds("committee_member", "chair"),
        sql=f"""SELECT 'check_sheet' AS kind, s.id, NULL::uuid AS matter_id,
            s.body ->> 'title' AS title, s.kind AS reference, {_end_of("i.due_on")} AS due_at
          FROM points_sheet s
          LEFT JOIN due_item i ON i.community_id = s.community_id
                              AND i.source_type = 'points_sheet' AND i.source_id = s.id
         WHERE s.community_id = :community_id AND s.checked_at IS NULL""",  # noqa: S608
    ),
    Kind(
        name="announce_settlement",
        serves=_holds("committee_member", "chair"),
        sql="""SELECT 'announce_settlement' AS kind, s.id, NULL::uuid AS matter_id,
            '年度积分清算' AS title, s.state AS reference,
            s.expires_on::timestamp AT TIME ZONE 'Asia/Shanghai' AS due_at
          FROM settlement s
         WHERE s.community_id = :community_id AND s.state = 'planned'
           AND s.planned_by <> :me AND s.cutoff_at <= :now""",
    ),
    Kind(
        name="integrity_case",
        serves=_holds("supervisor"),
        sql="""SELECT 'integrity_case' AS kind, c.id, NULL::uuid AS matter_id,
            '善行核查 ' || coalesce(c.facts -> 'serials' ->> 0, '') AS title,
            c.kind AS reference, NULL::timestamptz AS due_at
          FROM integrity_case c
         WHERE c.community_id = :community_id AND c.state = 'open'
           AND NOT (c.facts -> 'concerned') ? CAST(:me AS text)""",
    ),
    Kind(
        name="batch_review",
        serves=_holds("grid_worker", "service_worker"),
        sql=_batches("batch_review", "b.state = 'drafted' AND b.prepared_by IS DISTINCT FROM :me"),
    ),
    Kind(
        name="batch_approval",
        serves=_holds("committee_member", "chair"),
        sql=_batches(
            "batch_approval",
            """b.state = 'reviewed' AND b.prepared_by IS DISTINCT FROM :me
               AND b.reviewed_by <> :me""",
        ),
    ),
    Kind(
        name="batch_failure",
        serves=_holds("committee_member", "chair"),
        sql=_batches(
            "batch_failure",
            """b.state = 'paying' AND EXISTS (SELECT 1 FROM grant_line l
                 WHERE l.community_id = b.community_id AND l.batch_id = b.id
                   AND l.state = 'failed')""",
        ),
    ),
    Kind(
        name="thanks_objection",
        serves=_holds("committee_member", "chair"),
        sql=_thanks_objections(
            "thanks_objection",
            """o.state = 'open' AND NOT EXISTS (SELECT 1 FROM grant_batch b
                 WHERE b.community_id = l.community_id AND b.id = l.batch_id
                   AND :me IN (b.prepared_by, b.reviewed_by, b.approved_by))""",
        ),
    ),
    Kind(
        name="thanks_appeal",
        serves=_holds("supervisor"),
        sql=_thanks_objections("thanks_appeal", "o.state = 'appealed' AND o.handler_id <> :me"),
    ),
    Kind(
        name="honour_panel",
        serves=_holds("committee_member", "chair"),
        sql=_honours(
            "honour_panel",
            """NOT EXISTS (SELECT 1 FROM honour_panelist p
                 WHERE p.community_id = r.community_id AND p.round_id = r.id)""",
        ),
    ),
    Kind(
        name="honour_voice",
        serves=_everybody,
        sql=_honours(
            "honour_voice",
            """EXISTS (SELECT 1 FROM honour_panelist p
                 JOIN nomination n ON n.community_id = p.community_id
                                  AND n.round_id = p.round_id AND n.state = 'agreed'
                WHERE p.community_id = r.community_id AND p.round_id = r.id
                  AND p.resident_id = :me AND NOT EXISTS (SELECT 1 FROM honour_voice v
                      WHERE v.community_id = p.community_id AND v.panelist_id = p.id
                        AND v.nomination_id = n.id))""",
        ),
    ),
    Kind(
        name="honour_selection",
        serves=_holds("committee_member", "chair"),
        sql=_honours(
            "honour_selection",
            """EXISTS (SELECT 1 FROM honour_panelist p
                 WHERE p.community_id = r.community_id AND p.round_id = r.id)
               AND NOT EXISTS (SELECT 1 FROM honour_panelist p
                 JOIN nomination n ON n.community_id = p.community_id
                                  AND n.round_id = p.round_id AND n.state = 'agreed'
                WHERE p.community_id = r.community_id AND p.round_id = r.id
                  AND NOT EXISTS (SELECT 1 FROM honour_voice v
                      WHERE v.community_id = p.community_id AND v.panelist_id = p.id
                        AND v.nomination_id = n.id))""",
        ),
    ),
    Kind(
        name="post",
        serves=_holds("grid_worker", *STAFF),
        sql="""SELECT 'post' AS kind, b.id,
            CASE WHEN b.source_type = 'proposal' THEN b.source_id END AS matter_id, b.title,
            b.number AS reference, b.online_at AS due_at
          FROM bulletin b
         WHERE b.community_id = :community_id AND b.state = 'published'
           AND b.board_posted_at IS NULL""",
    ),
)
NAMES = tuple(kind.name for kind in KINDS)


def work_of(
    community_id: UUID,
    caller: Caller,
    *,
    kind: str | None = None,
    after: tuple[datetime | None, UUID] | None = None,
    limit: int,
) -> list[dict[str, Any]]:
    """A page of what waits for the caller, first due first, one row more than `limit`."""
    found = _union(caller, kind)
    if not found:
        return []
    beyond = "WHERE (coalesce(due_at, 'infinity'), id) > (:after_due, :after_id)" if after else ""
    due_at, last = after or (None, None)
    rows = db.session.execute(
        text(
            f"SELECT {_COLUMNS} FROM ({found}) AS work {beyond}"  # noqa: S608, our own words
            " ORDER BY coalesce(due_at, 'infinity'), id LIMIT :rows"
        ),
        _asked(community_id, caller)
        | {"after_due": due_at or "infinity", "after_id": last, "rows": limit + 1},
    )
    return [dict(row) for row in rows.mappings()]


def count_of_work(community_id: UUID, caller: Caller) -> int:
    """How much waits for the caller: one's own number, shown to nobody else."""
    found = _union(caller, None)
    if not found:
        return 0
    counted = text(f"SELECT count(*) FROM ({found}) AS work")  # noqa: S608, our own words
    return db.session.scalar(counted, _asked(community_id, caller)) or 0


def kinds_of(caller: Caller) -> list[str]:
    """The kinds of work that can come to the caller at all."""
    return [kind.name for kind in KINDS if kind.serves(caller)]


def _union(caller: Caller, only: str | None) -> str:
    seen = visible_to(caller)
    return " UNION ALL ".join(
        kind.sql.replace("{seen}", seen)
        for kind in KINDS
        if kind.serves(caller) and only in (None, kind.name)
    )


def _asked(community_id: UUID, caller: Caller) -> dict[str, Any]:
    covered = buildings_covered(caller, today(), *COVERING)
    return asked_by(community_id, caller) | {
        "now": utc_now(),
        "today": today(),
        "is_supervisor": "supervisor" in caller.roles,
        "is_chair": "chair" in caller.roles,
        "is_moderator": "moderator" in caller.roles,
        "all_buildings": covered is None,
        "buildings": list(covered or ()),
    }
