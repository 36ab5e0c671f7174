"""What waits in the virtue bank: deeds, the shop, sheets, batches and honours."""

from backend.workload.queries.kinds import Kind, end_of, everybody, holds


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


def _freezings(kind: str, condition: str) -> str:
    return f"""SELECT '{kind}' AS kind, f.id, NULL::uuid AS matter_id,
        CASE f.aim WHEN 'freeze' THEN '冻结' ELSE '解冻' END || '积分账户' AS title,
        f.decision_ref AS reference,
        CASE f.state WHEN 'requested' THEN f.confirm_until ELSE f.due_at END AS due_at
      FROM freezing_request f
     WHERE f.community_id = :community_id AND f.asked_by <> :me
       AND f.confirmed_by IS DISTINCT FROM :me AND f.holder_id IS DISTINCT FROM :me
       AND NOT EXISTS (SELECT 1 FROM family_member m
             WHERE m.community_id = f.community_id AND m.family_id = f.family_id
               AND m.resident_id = :me AND m.left_at IS NULL)
       AND {condition}"""  # noqa: S608


def _reversals(kind: str, condition: str) -> str:
    return f"""SELECT '{kind}' AS kind, r.id, NULL::uuid AS matter_id,
        r.amount || '分' AS title, r.decision_ref AS reference, r.due_at
      FROM reversal_request r
     WHERE r.community_id = :community_id AND r.asked_by <> :me AND r.holder_id <> :me
       AND r.confirmed_by IS DISTINCT FROM :me AND {condition}"""  # noqa: S608


POINTS = (
    Kind(
        name="deed_review",
        serves=holds("grid_worker", "service_worker", "committee_member"),
        sql=_deeds(
            "deed_review",
            """d.state IN ('confirmed', 'refuted')
               AND (:all_buildings OR d.building_id = ANY(:buildings))""",
        ),
    ),
    Kind(
        name="deed_second_review",
        serves=holds("grid_worker", "service_worker", "committee_member"),
        sql=_deeds("deed_second_review", "d.state = 'second_review' AND d.decided_by <> :me"),
    ),
    Kind(
        name="deed_objection",
        serves=holds("committee_member", "chair"),
        sql=_deeds(
            "deed_objection",
            """o.kind = 'objection' AND o.state = 'open' AND o.actor_id <> :me
               AND d.decided_by <> :me AND d.second_by IS DISTINCT FROM :me""",
            of="o",
        ),
    ),
    Kind(
        name="deed_appeal",
        serves=holds("supervisor"),
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
        serves=holds("counter_clerk"),
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
        serves=holds("committee_member"),
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
        name="check_sheet",
        serves=holds("committee_member", "chair"),
        sql=f"""SELECT 'check_sheet' AS kind, s.id, NULL::uuid AS matter_id,
            s.body ->> 'title' AS title, s.kind AS reference, {end_of("i.due_on")} AS due_at
          FROM points_sheet s
          LEFT JOIN due_item i ON i.community_id = s.community_id
                              AND i.source_type = 'points_sheet' AND i.source_id = s.id
         WHERE s.community_id = :community_id AND s.checked_at IS NULL""",  # noqa: S608
    ),
    Kind(
        name="announce_settlement",
        serves=holds("committee_member", "chair"),
        sql="""SELECT 'announce_settlement' AS kind, s.id, NULL::uuid AS matter_id,
            '年度积分清算' AS title, s.state AS reference,
            s.expires_on::timestamp AT TIME ZONE 'Asia/Shanghai' AS due_at
          FROM settlement s
         WHERE s.community_id = :community_id AND s.state = 'planned'
           AND s.planned_by <> :me AND s.cutoff_at <= :now""",
    ),
    Kind(
        name="integrity_case",
        serves=holds("supervisor"),
        sql="""SELECT 'integrity_case' AS kind, c.id, NULL::uuid AS matter_id,
            '善行核查 ' || coalesce(c.facts -> 'serials' ->> 0, '') AS title,
            c.kind AS reference, NULL::timestamptz AS due_at
          FROM integrity_case c
         WHERE c.community_id = :community_id AND c.state = 'open'
           AND NOT (c.facts -> 'concerned') ? CAST(:me AS text)""",
    ),
    Kind(
        name="freezing",
        serves=holds("supervisor"),
        sql=_freezings("freezing", "f.state = 'requested' AND f.confirm_until > :now"),
    ),
    Kind(
        name="freezing_appeal",
        serves=holds("supervisor"),
        sql=_freezings("freezing_appeal", "f.state = 'appealed'"),
    ),
    Kind(
        name="reversal",
        serves=holds("committee_member", "chair"),
        sql=_reversals("reversal", "r.state IN ('answered', 'unanswered')"),
    ),
    Kind(
        name="reversal_appeal",
        serves=holds("supervisor"),
        sql=_reversals("reversal_appeal", "r.state = 'appealed'"),
    ),
    Kind(
        name="batch_review",
        serves=holds("grid_worker", "service_worker"),
        sql=_batches("batch_review", "b.state = 'drafted' AND b.prepared_by IS DISTINCT FROM :me"),
    ),
    Kind(
        name="batch_approval",
        serves=holds("committee_member", "chair"),
        sql=_batches(
            "batch_approval",
            """b.state = 'reviewed' AND b.prepared_by IS DISTINCT FROM :me
               AND b.reviewed_by <> :me""",
        ),
    ),
    Kind(
        name="batch_failure",
        serves=holds("committee_member", "chair"),
        sql=_batches(
            "batch_failure",
            """b.state IN ('paying', 'posted') AND EXISTS (SELECT 1 FROM grant_line l
                 WHERE l.community_id = b.community_id AND l.batch_id = b.id
                   AND l.state = 'failed')""",
        ),
    ),
    Kind(
        name="thanks_objection",
        serves=holds("committee_member", "chair"),
        sql=_thanks_objections(
            "thanks_objection",
            """o.state = 'open' AND NOT EXISTS (SELECT 1 FROM grant_batch b
                 WHERE b.community_id = l.community_id AND b.id = l.batch_id
                   AND :me IN (b.prepared_by, b.reviewed_by, b.approved_by))""",
        ),
    ),
    Kind(
        name="thanks_appeal",
        serves=holds("supervisor"),
        sql=_thanks_objections("thanks_appeal", "o.state = 'appealed' AND o.handler_id <> :me"),
    ),
    Kind(
        name="honour_panel",
        serves=holds("committee_member", "chair"),
        sql=_honours(
            "honour_panel",
            """NOT EXISTS (SELECT 1 FROM honour_panelist p
                 WHERE p.community_id = r.community_id AND p.round_id = r.id)""",
        ),
    ),
    Kind(
        name="honour_voice",
        serves=everybody,
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
        serves=holds("committee_member", "chair"),
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
)
