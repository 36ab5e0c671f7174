"""The functions that seal transfers into blocks, recompute blocks, and sum up days."""

SEALING = r"""
CREATE FUNCTION ledger.canon(t ledger.transfer) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT concat_ws('|', t.id, t.community_id, t.asset, t.idem_key, t.kind, t.code, t.debit_id,
    t.credit_id, t.amount, coalesce(t.pending_id, 0), coalesce(t.reverses_id, 0), t.source_type,
    t.source_id, t.actor_id, coalesce(t.approver_id::text, '-'),
    coalesce(t.debit_after::text, '-'), coalesce(t.credit_after::text, '-'),
    extract(epoch FROM t.created_at))
$$;

CREATE FUNCTION ledger.seal(p_community uuid, p_most int, p_at timestamptz)
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  last_hash bytea := '\x';
  last_seq bigint := 0;
  ids bigint[];
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('ledger.seal:' || p_community, 0));
  SELECT seq, hash INTO last_seq, last_hash FROM ledger.block
   WHERE community_id = p_community ORDER BY seq DESC LIMIT 1;
  IF NOT FOUND THEN
    last_seq := 0;
    last_hash := '\x';
  END IF;
  -- Settled: older than every open transaction; or restored from a server that counted further.
  SELECT array_agg(id ORDER BY id) INTO ids FROM (
    SELECT t.id FROM ledger.transfer t
     WHERE t.community_id = p_community
       AND t.id > coalesce((SELECT floor_id FROM ledger.seal_floor
                             WHERE community_id = p_community), 0)
       AND (t.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
            OR t.xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
       AND NOT EXISTS (SELECT 1 FROM ledger.sealed z
                        WHERE z.community_id = p_community AND z.transfer_id = t.id)
     ORDER BY t.id LIMIT p_most) waiting;
  IF ids IS NULL THEN RETURN 0; END IF;
  INSERT INTO ledger.block (community_id, seq, from_id, to_id, n, prev, hash, sealed_at)
  SELECT p_community, last_seq + 1, min(t.id), max(t.id), count(*), last_hash,
         sha256(last_hash || convert_to(string_agg(ledger.canon(t), E'\n' ORDER BY t.id), 'UTF8')),
         p_at
    FROM ledger.transfer t WHERE t.community_id = p_community AND t.id = ANY (ids);
  INSERT INTO ledger.sealed (community_id, transfer_id, seq)
  SELECT p_community, unnest(ids), last_seq + 1;
  RETURN cardinality(ids);
END $$;

CREATE FUNCTION ledger.raise_floor(p_community uuid)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  floor ledger.seal_floor;
  oldest bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  first_unsealed bigint;
BEGIN
  -- Our own number is drawn last: whoever holds a transfer's number up to the one noted here
  -- drew theirs before.
  IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
    RAISE EXCEPTION 'raise_floor needs a transaction of its own';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('ledger.seal:' || p_community, 0));
  SELECT * INTO floor FROM ledger.seal_floor WHERE community_id = p_community;
  IF NOT FOUND THEN
    floor := ROW(p_community, 0, 0, 0)::ledger.seal_floor;
  END IF;
  SELECT t.id INTO first_unsealed FROM ledger.transfer t
   WHERE t.community_id = p_community AND t.id > floor.floor_id
     AND NOT EXISTS (SELECT 1 FROM ledger.sealed z
                      WHERE z.community_id = p_community AND z.transfer_id = t.id)
   ORDER BY t.id LIMIT 1;
  IF floor.running_xid <= oldest
     OR floor.running_xid > pg_snapshot_xmax(pg_current_snapshot())::text::bigint THEN
    -- Everybody has ended who could have held a number below `next_id`.
    floor.floor_id := greatest(floor.floor_id,
                               least(floor.next_id, coalesce(first_unsealed - 1, floor.next_id)));
    floor.next_id := coalesce(
      first_unsealed - 1,
      (SELECT max(transfer_id) FROM ledger.sealed WHERE community_id = p_community),
      0);
    floor.running_xid := pg_current_xact_id()::text::bigint;
  END IF;
  INSERT INTO ledger.seal_floor SELECT floor.*
  ON CONFLICT (community_id) DO UPDATE SET floor_id = excluded.floor_id,
    next_id = excluded.next_id, running_xid = excluded.running_xid;
  RETURN floor.floor_id;
END $$;

CREATE FUNCTION ledger.verify(p_community uuid, p_from bigint)
RETURNS bigint LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE  -- the number of the first block that is not what was sealed; NULL: all are
  block ledger.block;
  expected bigint := greatest(p_from, 1);
  last_hash bytea := '\x';
  found_n bigint;
  found_hash bytea;
BEGIN
  IF expected > 1 THEN
    SELECT hash INTO last_hash FROM ledger.block
     WHERE community_id = p_community AND seq = expected - 1;
    IF NOT FOUND THEN RETURN expected - 1; END IF;
  END IF;
  FOR block IN SELECT * FROM ledger.block
                WHERE community_id = p_community AND seq >= expected ORDER BY seq LOOP
    IF block.seq <> expected THEN RETURN expected; END IF;
    SELECT count(*),
           sha256(last_hash || convert_to(string_agg(ledger.canon(t), E'\n' ORDER BY t.id), 'UTF8'))
      INTO found_n, found_hash
      FROM ledger.sealed z
      JOIN ledger.transfer t ON t.community_id = z.community_id AND t.id = z.transfer_id
     WHERE z.community_id = p_community AND z.seq = block.seq;
    IF (block.n::bigint, block.prev, block.hash) IS DISTINCT FROM (found_n, last_hash, found_hash)
    THEN RETURN block.seq; END IF;
    last_hash := block.hash;
    expected := expected + 1;
  END LOOP;
  IF EXISTS (SELECT 1 FROM ledger.sealed
              WHERE community_id = p_community AND seq >= expected) THEN
    RETURN expected;  -- its rows say it was sealed, and it is gone
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION ledger.roll_up(p_community uuid, p_since date, p_until date)
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  since date := coalesce(
    p_since, (SELECT max(day) - 2 FROM ledger.day WHERE community_id = p_community), '-infinity');
  rolled int;
BEGIN  -- days in Shanghai from `since` on, before `p_until`; those that stand are summed anew
  PERFORM pg_advisory_xact_lock(hashtextextended('ledger.day:' || p_community, 0));
  DELETE FROM ledger.day WHERE community_id = p_community AND day >= since AND day < p_until;
  INSERT INTO ledger.day (community_id, account_id, day, debits, credits)
  SELECT p_community, a.id, (t.created_at AT TIME ZONE 'Asia/Shanghai')::date,
         coalesce(sum(t.amount) FILTER (WHERE t.debit_id = a.id), 0),
         coalesce(sum(t.amount) FILTER (WHERE t.credit_id = a.id), 0)
    FROM ledger.transfer t
    JOIN ledger.account a ON a.community_id = p_community AND a.derived
                         AND a.id IN (t.debit_id, t.credit_id)
   WHERE t.community_id = p_community AND t.kind IN (1, 3, 5)
     AND t.created_at >= since::timestamp AT TIME ZONE 'Asia/Shanghai'
     AND t.created_at < p_until::timestamp AT TIME ZONE 'Asia/Shanghai'
   GROUP BY a.id, (t.created_at AT TIME ZONE 'Asia/Shanghai')::date;
  GET DIAGNOSTICS rolled = ROW_COUNT;
  RETURN rolled;
END $$;
"""
