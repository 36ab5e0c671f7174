"""The same SQL our endpoints send, as pgbench scripts, and the codes sign-ins need."""

import requests

from scripts.benchmarks.filling import Filled
from scripts.benchmarks.machine import Machine

CALLER = """SELECT s.id, s.kind, s.resident_id, r.home_community_id, r.phone_mac IS NOT NULL,
    (SELECT json_agg(json_build_array(h.community_id, h.household_id, h.is_main))
       FROM residency h WHERE h.resident_id = s.resident_id AND h.valid @> current_date),
    (SELECT json_agg(a.id) FROM role_assignment a
      WHERE a.resident_id = s.resident_id AND a.state = 'live' AND a.valid @> current_date)
  FROM login_session s JOIN resident r ON r.id = s.resident_id
 WHERE s.token_hash = encode(sha256(convert_to('{token}' || :who, 'UTF8')), 'hex')
   AND s.revoked_at IS NULL AND s.expires_at > now() AND r.status = 'active';
"""


def _caller(filled: Filled) -> str:
    prefix = filled.tokens[0].removesuffix("0")
    return f"\\set who random(0, {len(filled.tokens) - 1})\n" + CALLER.format(token=prefix)


def listing(filled: Filled) -> str:
    """Who asks, and twenty matters with their supporters."""
    return (
        _caller(filled)
        + f"""
SELECT p.id, p.serial_no, t.title, p.status, p.triage_class, p.category_code, p.place,
    p.building_id, p.grid_id, p.submitted_at, p.status_due_at, p.closed_as, p.is_private,
    p.text_state, p.version,
    (SELECT count(*) FROM support s WHERE s.community_id = p.community_id
        AND s.proposal_id = p.id AND s.withdrawn_at IS NULL)
  FROM proposal p JOIN proposal_text t ON t.community_id = p.community_id
   AND t.proposal_id = p.id AND t.version = p.text_version
 WHERE p.community_id = '{filled.id}' AND p.status IN ('inquiring', 'queued', 'acting')
   AND NOT p.is_private AND p.text_state = 'passed'
 ORDER BY p.id DESC LIMIT 21;
"""
    )


def supporting(filled: Filled) -> str:
    """Who asks, the matter's row lock, and one support."""
    proposals = filled.proposals[:500]
    cases = ", ".join(f"'{each}'" for each in proposals)
    people = ", ".join(f"'{each}'" for each in filled.people[:500])
    return (
        _caller(filled)
        + f"""\\set which random(1, {len(proposals)})
\\set person random(1, 500)
BEGIN;
SELECT * FROM proposal WHERE community_id = '{filled.id}'
   AND id = (ARRAY[{cases}]::uuid[])[:which] FOR UPDATE;
INSERT INTO support (community_id, id, created_at, proposal_id, resident_id, channel)
VALUES ('{filled.id}', gen_random_uuid(), now(), (ARRAY[{cases}]::uuid[])[:which],
        (ARRAY[{people}]::uuid[])[:person], 'mini_program') ON CONFLICT DO NOTHING;
COMMIT;
"""
    )


def voting(filled: Filled) -> str:
    """Who asks, and one vote: event, latest value, counts."""
    statements = ", ".join(f"'{each}'" for each in filled.statements)
    people = ", ".join(f"'{each}'" for each in filled.people[:500])
    return (
        _caller(filled)
        + f"""\\set which random(1, {len(filled.statements)})
\\set person random(1, 500)
WITH asked AS (
  SELECT s.id, s.conversation_id FROM statement s JOIN conversation c
      ON c.community_id = s.community_id AND c.id = s.conversation_id
   WHERE s.community_id = '{filled.id}' AND s.id = (ARRAY[{statements}]::uuid[])[:which]
     AND c.state = 'open' FOR KEY SHARE OF c
), cast_now AS (
  INSERT INTO statement_vote (community_id, id, created_at, conversation_id, statement_id,
         resident_id, value, channel, cast_at)
  SELECT '{filled.id}', gen_random_uuid(), now(), conversation_id, id,
         (ARRAY[{people}]::uuid[])[:person], 1, 'mini_program', now() FROM asked
  RETURNING seq, statement_id, resident_id
), counted AS (
  INSERT INTO statement_vote_latest AS l (community_id, statement_id, resident_id, value,
         cast_at, seq, is_own)
  SELECT '{filled.id}', statement_id, resident_id, 1, now(), seq, true FROM cast_now
  ON CONFLICT (community_id, statement_id, resident_id) DO UPDATE
     SET value = excluded.value, cast_at = excluded.cast_at, seq = excluded.seq,
         is_own = excluded.is_own
   WHERE (l.is_own, l.cast_at, l.seq) < (excluded.is_own, excluded.cast_at, excluded.seq)
  RETURNING value
)
SELECT (SELECT value FROM counted), count(*) FILTER (WHERE l.value = 1),
       count(*) FILTER (WHERE l.value = -1), count(*) FILTER (WHERE l.value = 0)
  FROM statement_vote_latest l WHERE l.community_id = '{filled.id}'
   AND l.statement_id = (ARRAY[{statements}]::uuid[])[:which];
"""
    )


def login_codes(machine: Machine, count: int) -> list[str]:
    """So many people of the double open the mini program."""
    double = f"http://127.0.0.1:{machine.double_port}/_double"
    bulk = {"n": count, "prefix": "o_signin_"}
    requests.post(f"{double}/person", json=bulk, timeout=60)
    openids = [f"o_signin_{number:05d}" for number in range(1, count + 1)]
    return [
        requests.post(f"{double}/login", json={"openid": each}, timeout=60).json()["code"]
        for each in openids
    ]
