"""What waits in matters and meetings, at the door and on the board."""

from backend.workload.queries.kinds import STAFF, Kind, end_of, everybody, holds

_MATTER = """proposal p JOIN proposal_text t ON t.community_id = p.community_id
    AND t.proposal_id = p.id AND t.version = p.text_version"""


def _matters(kind: str, condition: str, *, due: str = "p.status_due_at") -> str:
    return f"""SELECT '{kind}' AS kind, p.id, p.id AS matter_id, t.title, p.serial_no AS reference,
        {due} AS due_at FROM {_MATTER}
      WHERE p.community_id = :community_id AND {{seen}} AND {condition}"""  # noqa: S608


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


NEIGHBOURHOOD = (
    Kind(
        name="accept",
        serves=holds("grid_worker", "chair"),
        sql=_matters("accept", "p.status = 'submitted' AND p.author_id <> :me"),
    ),
    Kind(
        name="assign",
        serves=holds("chair"),
        sql=_matters("assign", "p.status IN ('inquiring', 'guided') AND p.assignee_id IS NULL"),
    ),
    Kind(
        name="inquire",
        serves=everybody,
        sql=_matters(
            "inquire",
            """p.status = 'inquiring' AND p.assignee_id = :me AND NOT EXISTS (
                SELECT 1 FROM inquiry_note n WHERE n.community_id = p.community_id
                   AND n.proposal_id = p.id AND n.round = p.round)""",
        ),
    ),
    Kind(
        name="sort",
        serves=everybody,
        sql=_matters(
            "sort",
            """p.status = 'inquiring' AND p.assignee_id = :me AND EXISTS (
                SELECT 1 FROM inquiry_note n WHERE n.community_id = p.community_id
                   AND n.proposal_id = p.id AND n.round = p.round)""",
        ),
    ),
    Kind(
        name="guide",
        serves=everybody,
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
        serves=holds("chair", "committee_member", "counter_clerk", "street_clerk", "street_lead"),
        sql=_matters("reply", "p.status = 'referred'"),
    ),
    Kind(
        name="find_a_day",
        serves=holds("chair"),
        sql=_matters("find_a_day", "p.status = 'adjourned'"),
    ),
    Kind(
        name="hold",
        serves=everybody,
        sql=_meetings(
            "hold",
            f"""m.state IN ('frozen', 'open') AND m.starts_at < {end_of(":today")}
               AND (m.host_id = :me OR m.recorder_id = :me OR (m.host_id IS NULL AND :is_chair))""",
            due=end_of("(m.starts_at AT TIME ZONE 'Asia/Shanghai')::date"),
        ),
    ),
    Kind(
        name="circulate",
        serves=everybody,
        sql=_meetings(
            "circulate",
            "m.state = 'closed' AND u.state = 'draft' AND m.recorder_id = :me",
            due="NULL::timestamptz",
            of=_MINUTES,
        ),
    ),
    Kind(
        name="sign",
        serves=everybody,
        sql=_meetings(
            "sign",
            f"""m.state = 'closed' AND u.state = 'circulated' AND {end_of(_CORRECTED)} <= :now
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
        serves=holds("chair"),
        sql=_matters(
            "publish",
            """(p.status = 'resolved' OR (p.status = 'appraising' AND EXISTS (
                SELECT 1 FROM question q WHERE q.community_id = p.community_id
                   AND q.proposal_id = p.id AND q.round = p.round AND q.state = 'closed')))""",
        ),
    ),
    Kind(
        name="inspect",
        serves=holds("supervisor"),
        sql=_matters("inspect", "p.status = 'inspecting'"),
    ),
    Kind(
        name="explain",
        serves=everybody,
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
        serves=everybody,
        sql=f"""SELECT 'task' AS kind, k.id, p.id AS matter_id, k.title,
            p.serial_no AS reference, {end_of("k.due_on")} AS due_at
          FROM task k JOIN proposal p ON p.community_id = k.community_id AND p.id = k.proposal_id
         WHERE k.community_id = :community_id AND k.assignee_id = :me AND k.state = 'open'
           AND p.status = 'acting'""",  # noqa: S608
    ),
    Kind(
        name="objection",
        serves=holds("chair", "supervisor"),
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
        serves=holds("chair", "committee_member", "counter_clerk"),
        sql=f"""SELECT 'question' AS kind, o.id, p.id AS matter_id, t.title,
            p.serial_no AS reference, o.due_at
          FROM objection o JOIN {_MATTER}
            ON p.community_id = o.community_id AND p.id = o.proposal_id
         WHERE o.community_id = :community_id AND o.decided_at IS NULL
           AND o.target = 'oversight' AND o.by_id <> :me AND {{seen}}""",  # noqa: S608
    ),
    Kind(
        name="verify",
        serves=holds("grid_worker", "committee_member", "chair"),
        sql=f"""SELECT 'verify' AS kind, v.id, NULL::uuid AS matter_id, b.name AS title,
            v.state AS reference, {end_of("v.due_on")} AS due_at
          FROM verification v
          JOIN dwelling d ON d.community_id = v.community_id AND d.id = v.dwelling_id
          JOIN building b ON b.community_id = d.community_id AND b.id = d.building_id
         WHERE v.community_id = :community_id AND v.state IN ('requested', 'appealed')
           AND v.actor_id <> :me AND (:all_buildings OR d.building_id = ANY(:buildings))""",  # noqa: S608
    ),
    Kind(
        name="moderate",
        serves=holds("moderator", "chair"),
        sql="""SELECT 'moderate' AS kind, m.id, NULL::uuid AS matter_id, m.title,
            m.subject_type AS reference, m.due_at
          FROM moderation_case m
         WHERE m.community_id = :community_id AND m.state IN ('held', 'escalated')
           AND m.author_id <> :me AND m.checked_at IS NOT NULL
           AND (:is_moderator OR m.state = 'escalated' OR m.due_at <= :now)""",
    ),
    Kind(
        name="moderation_appeal",
        serves=holds("chair", "supervisor"),
        sql="""SELECT 'moderation_appeal' AS kind, m.id, NULL::uuid AS matter_id, m.title,
            m.subject_type AS reference, m.due_at
          FROM moderation_case m
         WHERE m.community_id = :community_id AND m.appealed_at IS NOT NULL
           AND m.appeal_outcome IS NULL AND m.decided_by IS DISTINCT FROM :me
           AND m.author_id <> :me""",
    ),
    Kind(
        name="complaint",
        serves=holds("counter_clerk", "committee_member", "chair", "street_clerk"),
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
        name="due_publication",
        serves=holds(*STAFF),
        sql=f"""SELECT 'due_publication' AS kind, i.id, i.source_id AS matter_id, i.title,
            i.item_code AS reference, {end_of("i.due_on")} AS due_at
          FROM due_item i
         WHERE i.community_id = :community_id AND i.satisfied_by IS NULL
           AND i.waived_at IS NULL""",  # noqa: S608
    ),
    Kind(
        name="post",
        serves=holds("grid_worker", *STAFF),
        sql="""SELECT 'post' AS kind, b.id,
            CASE WHEN b.source_type = 'proposal' THEN b.source_id END AS matter_id, b.title,
            b.number AS reference, b.online_at AS due_at
          FROM bulletin b
         WHERE b.community_id = :community_id
           AND ((b.state = 'published' AND b.board_posted_at IS NULL)
             OR (b.state IN ('published', 'ended') AND EXISTS (
               SELECT 1 FROM bulletin_erratum e WHERE e.community_id = b.community_id
                  AND e.bulletin_id = b.id AND e.online_at IS NOT NULL
                  AND e.board_posted_at IS NULL)))""",
    ),
)
