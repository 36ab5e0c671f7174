"""The ledger of points and minutes"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Frozen copies: later changes of the functions are migrations of their own.
TABLES = """
CREATE TABLE ledger.block (
    community_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    from_id BIGINT NOT NULL,
    to_id BIGINT NOT NULL,
    n INTEGER NOT NULL,
    prev BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    sealed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_block PRIMARY KEY (community_id, seq)
);
CREATE TABLE ledger.seal_floor (
    community_id UUID NOT NULL,
    floor_id BIGINT NOT NULL,
    next_id BIGINT NOT NULL,
    running_xid BIGINT NOT NULL,
    CONSTRAINT pk_seal_floor PRIMARY KEY (community_id)
);
CREATE TABLE ledger.account (
    community_id UUID NOT NULL,
    id BIGINT DEFAULT nextval('ledger.account_id_seq') NOT NULL,
    asset SMALLINT NOT NULL,
    owner_kind SMALLINT NOT NULL,
    owner_id UUID NOT NULL,
    derived BOOLEAN DEFAULT false NOT NULL,
    debits_posted BIGINT DEFAULT 0 NOT NULL,
    credits_posted BIGINT DEFAULT 0 NOT NULL,
    debits_pending BIGINT DEFAULT 0 NOT NULL,
    debt BIGINT DEFAULT 0 NOT NULL,
    max_balance BIGINT,
    frozen BOOLEAN DEFAULT false NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (community_id, id),
    CONSTRAINT ck_account_limit CHECK (debits_pending >= 0 AND debt >= 0 AND debits_posted + debits_pending <= credits_posted + debt),
    CONSTRAINT uq_account_community_id_asset_owner_kind_owner_id UNIQUE (community_id, asset, owner_kind, owner_id),
    CONSTRAINT uq_account_community_id_id_asset UNIQUE (community_id, id, asset),
    CONSTRAINT fk_account_community_id FOREIGN KEY(community_id) REFERENCES community (id)
)
 WITH (fillfactor = 70);
CREATE TABLE ledger.day (
    community_id UUID NOT NULL,
    account_id BIGINT NOT NULL,
    day DATE NOT NULL,
    debits BIGINT NOT NULL,
    credits BIGINT NOT NULL,
    CONSTRAINT pk_day PRIMARY KEY (community_id, account_id, day),
    CONSTRAINT fk_day_community_id_account_id FOREIGN KEY(community_id, account_id) REFERENCES ledger.account (community_id, id)
);
CREATE TABLE ledger.transfer (
    community_id UUID NOT NULL,
    id BIGINT DEFAULT nextval('ledger.transfer_id_seq') NOT NULL,
    asset SMALLINT NOT NULL,
    idem_key UUID NOT NULL,
    kind SMALLINT NOT NULL,
    code SMALLINT NOT NULL,
    debit_id BIGINT NOT NULL,
    credit_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    pending_id BIGINT,
    reverses_id BIGINT,
    source_type SMALLINT NOT NULL,
    source_id UUID NOT NULL,
    actor_id UUID NOT NULL,
    approver_id UUID,
    debit_after BIGINT,
    credit_after BIGINT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    xid BIGINT NOT NULL,
    CONSTRAINT pk_transfer PRIMARY KEY (community_id, id),
    CONSTRAINT ck_transfer_sound CHECK (amount > 0 AND debit_id <> credit_id AND approver_id IS DISTINCT FROM actor_id),
    CONSTRAINT fk_transfer_community_id_debit_id_asset FOREIGN KEY(community_id, debit_id, asset) REFERENCES ledger.account (community_id, id, asset),
    CONSTRAINT fk_transfer_community_id_credit_id_asset FOREIGN KEY(community_id, credit_id, asset) REFERENCES ledger.account (community_id, id, asset)
);
CREATE INDEX ix_transfer_created_at ON ledger.transfer USING brin (created_at);
CREATE INDEX ix_transfer_credit ON ledger.transfer (community_id, credit_id, id);
CREATE INDEX ix_transfer_debit ON ledger.transfer (community_id, debit_id, id);
CREATE UNIQUE INDEX uq_transfer_idem ON ledger.transfer (community_id, idem_key);
CREATE UNIQUE INDEX uq_transfer_resolve ON ledger.transfer (community_id, pending_id) WHERE pending_id IS NOT NULL;
CREATE UNIQUE INDEX uq_transfer_reverse ON ledger.transfer (community_id, reverses_id) WHERE reverses_id IS NOT NULL;
CREATE UNIQUE INDEX uq_transfer_source ON ledger.transfer (community_id, source_type, source_id, code) WHERE kind IN (1, 2);
CREATE TABLE ledger.sealed (
    community_id UUID NOT NULL,
    transfer_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    CONSTRAINT pk_sealed PRIMARY KEY (community_id, transfer_id),
    CONSTRAINT fk_sealed_community_id_transfer_id FOREIGN KEY(community_id, transfer_id) REFERENCES ledger.transfer (community_id, id)
);
CREATE INDEX ix_sealed_block ON ledger.sealed (community_id, seq);
"""
FUNCTIONS = """
CREATE FUNCTION ledger.open_account(
  p_community uuid, p_asset int, p_owner_kind int, p_owner uuid, p_max bigint, p_at timestamptz
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found_id bigint;
BEGIN
  SELECT id INTO found_id FROM ledger.account
   WHERE community_id = p_community AND asset = p_asset
     AND owner_kind = p_owner_kind AND owner_id = p_owner;
  IF found_id IS NOT NULL THEN RETURN found_id; END IF;
  IF p_asset NOT IN (1, 2) OR p_owner_kind NOT BETWEEN 1 AND 8 THEN
    RAISE EXCEPTION 'no such asset or owner';
  END IF;
  INSERT INTO ledger.account (community_id, asset, owner_kind, owner_id, derived, max_balance,
                              opened_at)
  VALUES (p_community, p_asset, p_owner_kind, p_owner, p_owner_kind IN (4, 5, 6), p_max, p_at)
  ON CONFLICT (community_id, asset, owner_kind, owner_id) DO NOTHING RETURNING id INTO found_id;
  IF found_id IS NULL THEN  -- opened by somebody else, just now
    SELECT id INTO STRICT found_id FROM ledger.account
     WHERE community_id = p_community AND asset = p_asset
       AND owner_kind = p_owner_kind AND owner_id = p_owner;
  END IF;
  RETURN found_id;
END $$;

CREATE FUNCTION ledger.set_account(
  p_community uuid, p_account bigint, p_frozen boolean, p_max bigint
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  too_full boolean;
BEGIN  -- NULL leaves a value as it is
  UPDATE ledger.account
     SET frozen = coalesce(p_frozen, frozen), max_balance = coalesce(p_max, max_balance)
   WHERE community_id = p_community AND id = p_account AND NOT derived
  RETURNING credits_posted - debits_posted > p_max INTO too_full;
  IF too_full THEN
    RAISE EXCEPTION 'more than the ceiling allows' USING ERRCODE = 'LG010';
  END IF;
  RETURN FOUND;
END $$;

CREATE FUNCTION ledger.post(
  p_community uuid, p_asset int, p_key uuid, p_kind int, p_code int, p_debit bigint,
  p_credit bigint, p_amount bigint, p_pending bigint, p_reverses bigint, p_source int,
  p_source_id uuid, p_actor uuid, p_approver uuid, p_at timestamptz,
  OUT transfer_id bigint, OUT replay boolean
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before ledger.transfer;  -- under the same key
  about ledger.transfer;   -- the hold that ends, or what is reversed
  held bigint := 0;
  debit_left bigint;
  credit_left bigint;
  looked_at bigint;
  touched int;
  trouble text;
  account ledger.account;
BEGIN
  SELECT * INTO before FROM ledger.transfer WHERE community_id = p_community AND idem_key = p_key;
  IF FOUND THEN  -- the same call gets the same answer, another one is refused
    IF (before.kind::int, before.code::int, before.amount, before.source_type::int,
        before.source_id, before.pending_id, before.reverses_id)
       IS DISTINCT FROM
       (p_kind, p_code, CASE WHEN p_kind = 4 THEN before.amount ELSE p_amount END, p_source,
        p_source_id, p_pending, p_reverses)
       OR (p_kind IN (1, 2) AND (before.asset::int, before.debit_id, before.credit_id)
                                IS DISTINCT FROM (p_asset, p_debit, p_credit)) THEN
      RAISE EXCEPTION 'key reused' USING ERRCODE = 'LG003';
    END IF;
    transfer_id := before.id;
    replay := true;
    RETURN;
  END IF;
  PERFORM pg_current_xact_id();  -- before the number, so that the sealer's floor holds

  <<moving>>
  BEGIN
    IF p_kind IN (3, 4) THEN  -- its own accounts, at most its amount
      SELECT * INTO about FROM ledger.transfer
       WHERE community_id = p_community AND id = p_pending AND kind = 2;
      IF NOT FOUND OR (p_kind = 3 AND p_amount > about.amount) THEN
        trouble := 'LG005';
        EXIT moving;
      END IF;
      p_debit := about.debit_id;
      p_credit := about.credit_id;
      p_asset := about.asset;
      held := about.amount;
      IF p_kind = 4 THEN p_amount := about.amount; END IF;
    ELSIF p_kind = 5 THEN  -- in full, and the sides swap
      SELECT * INTO about FROM ledger.transfer
       WHERE community_id = p_community AND id = p_reverses AND kind IN (1, 3);
      IF NOT FOUND OR about.amount <> p_amount THEN
        trouble := 'LG009';
        EXIT moving;
      END IF;
      p_debit := about.credit_id;
      p_credit := about.debit_id;
      p_asset := about.asset;
    END IF;

    FOR pass IN 1..2 LOOP  -- rows are taken in the order of their numbers: no deadlock
      IF (pass = 1) = (p_debit < p_credit) THEN
        looked_at := p_debit;
        IF p_kind = 1 THEN
          UPDATE ledger.account SET debits_posted = debits_posted + p_amount
           WHERE community_id = p_community AND id = p_debit AND asset = p_asset
             AND NOT derived AND NOT frozen
             AND credits_posted - debits_posted - debits_pending >= p_amount
          RETURNING credits_posted - debits_posted INTO debit_left;
        ELSIF p_kind = 2 THEN
          UPDATE ledger.account SET debits_pending = debits_pending + p_amount
           WHERE community_id = p_community AND id = p_debit AND asset = p_asset
             AND NOT derived AND NOT frozen
             AND credits_posted - debits_posted - debits_pending >= p_amount
          RETURNING credits_posted - debits_posted INTO debit_left;
        ELSIF p_kind = 3 THEN
          UPDATE ledger.account SET debits_pending = debits_pending - held,
                                    debits_posted = debits_posted + p_amount
           WHERE community_id = p_community AND id = p_debit AND NOT derived
             AND debits_pending >= held
          RETURNING credits_posted - debits_posted INTO debit_left;
        ELSIF p_kind = 4 THEN
          UPDATE ledger.account SET debits_pending = debits_pending - held
           WHERE community_id = p_community AND id = p_debit AND NOT derived
             AND debits_pending >= held
          RETURNING credits_posted - debits_posted INTO debit_left;
        ELSE  -- only a reversal may make a debt
          UPDATE ledger.account
             SET debits_posted = debits_posted + p_amount,
                 debt = greatest(debt, debits_posted + p_amount + debits_pending - credits_posted)
           WHERE community_id = p_community AND id = p_debit AND NOT derived
          RETURNING credits_posted - debits_posted INTO debit_left;
        END IF;
      ELSIF p_kind IN (2, 4) THEN  -- a hold and its release touch the debit side alone
        IF p_kind = 2 AND NOT EXISTS (
          SELECT 1 FROM ledger.account
           WHERE community_id = p_community AND id = p_credit AND asset = p_asset) THEN
          trouble := 'LG008';
          EXIT moving;
        END IF;
        CONTINUE;
      ELSE
        looked_at := p_credit;
        UPDATE ledger.account
           SET credits_posted = credits_posted + p_amount,
               debt = least(debt, greatest(0, debits_posted + debits_pending
                                              - credits_posted - p_amount))
         WHERE community_id = p_community AND id = p_credit AND asset = p_asset
           AND NOT derived AND (NOT frozen OR p_kind IN (3, 5))
           AND (max_balance IS NULL OR credits_posted - debits_posted + p_amount <= max_balance)
        RETURNING credits_posted - debits_posted INTO credit_left;
      END IF;
      GET DIAGNOSTICS touched = ROW_COUNT;
      IF touched = 0 THEN
        SELECT * INTO account FROM ledger.account
         WHERE community_id = p_community AND id = looked_at AND asset = p_asset;
        trouble := CASE
          WHEN NOT FOUND THEN 'LG008'
          WHEN account.derived THEN NULL
          WHEN looked_at = p_debit AND p_kind IN (3, 4) THEN 'LG007'
          WHEN account.frozen AND p_kind IN (1, 2) THEN 'LG002'
          WHEN looked_at = p_credit THEN 'LG010'
          WHEN account.owner_kind IN (3, 8) THEN 'LG006'
          ELSE 'LG001' END;
        EXIT moving WHEN trouble IS NOT NULL;
      END IF;
    END LOOP;

    INSERT INTO ledger.transfer (
      community_id, asset, idem_key, kind, code, debit_id, credit_id, amount, pending_id,
      reverses_id, source_type, source_id, actor_id, approver_id, debit_after, credit_after,
      created_at, xid)
    VALUES (
      p_community, p_asset, p_key, p_kind, p_code, p_debit, p_credit, p_amount, p_pending,
      p_reverses, p_source, p_source_id, p_actor, p_approver, debit_left, credit_left,
      p_at, pg_current_xact_id()::text::bigint)
    ON CONFLICT (community_id, idem_key) DO NOTHING RETURNING id INTO transfer_id;
    IF transfer_id IS NULL THEN trouble := '40001'; END IF;
  END;

  IF trouble IS NOT NULL THEN
    IF EXISTS (SELECT 1 FROM ledger.transfer
                WHERE community_id = p_community AND idem_key = p_key) THEN
      trouble := '40001';  -- the same call was quicker elsewhere
    END IF;
    RAISE EXCEPTION 'not posted' USING ERRCODE = trouble;
  END IF;
  replay := false;
END $$;

CREATE FUNCTION ledger.award_batch(
  p_community uuid, p_asset int, p_code int, p_debit bigint, p_source int, p_keys uuid[],
  p_credits bigint[], p_amounts bigint[], p_source_ids uuid[], p_actor uuid, p_approver uuid,
  p_at timestamptz
) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  known int;
  fresh int;  -- rows that were not there yet
  bad int;
  total bigint;
  account ledger.account;
BEGIN
  SELECT count(*) FILTER (WHERE id <> p_debit) INTO known FROM (
    SELECT id FROM ledger.account
     WHERE community_id = p_community AND (id = ANY (p_credits) OR id = p_debit)
       AND asset = p_asset AND NOT derived
     ORDER BY id FOR NO KEY UPDATE) locked;
  SELECT * INTO account FROM ledger.account
   WHERE community_id = p_community AND id = p_debit AND asset = p_asset;
  IF NOT FOUND OR known < (SELECT count(DISTINCT id) FROM unnest(p_credits) AS c (id)) THEN
    RAISE EXCEPTION 'no such account' USING ERRCODE = 'LG008';
  END IF;
  PERFORM pg_current_xact_id();
  WITH line AS (  -- those that are not there yet; whoever brings the same ones waits for our locks
    SELECT DISTINCT ON (key) *
      FROM unnest(p_keys, p_credits, p_amounts, p_source_ids) WITH ORDINALITY
           AS l (key, credit_id, amount, source_id, place)
     WHERE NOT EXISTS (SELECT 1 FROM ledger.transfer t
                        WHERE t.community_id = p_community AND t.idem_key = l.key)
     ORDER BY key, place
  ), posted AS (
    INSERT INTO ledger.transfer (
      community_id, asset, idem_key, kind, code, debit_id, credit_id, amount, source_type,
      source_id, actor_id, approver_id, debit_after, credit_after, created_at, xid)
    SELECT p_community, p_asset, l.key, 1, p_code, p_debit, l.credit_id, l.amount, p_source,
           l.source_id, p_actor, p_approver,
           CASE WHEN NOT account.derived THEN
             account.credits_posted - account.debits_posted - sum(l.amount) OVER (ORDER BY l.place)
           END,
           a.credits_posted - a.debits_posted
             + sum(l.amount) OVER (PARTITION BY l.credit_id ORDER BY l.place),
           p_at, pg_current_xact_id()::text::bigint
      FROM line l
      JOIN ledger.account a ON a.community_id = p_community AND a.id = l.credit_id
     ORDER BY l.place
    ON CONFLICT (community_id, idem_key) DO NOTHING RETURNING credit_id, amount
  ), credit AS (
    SELECT credit_id, sum(amount)::bigint AS amount FROM posted GROUP BY credit_id
  ), credited AS (
    UPDATE ledger.account a
       SET credits_posted = credits_posted + c.amount,
           debt = least(debt, greatest(0, debits_posted + debits_pending
                                          - credits_posted - c.amount))
      FROM credit c
     WHERE a.community_id = p_community AND a.id = c.credit_id AND NOT a.derived AND NOT a.frozen
       AND (max_balance IS NULL OR credits_posted - debits_posted + c.amount <= max_balance)
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM posted),
         (SELECT count(*) FROM credit) - (SELECT count(*) FROM credited),
         (SELECT coalesce(sum(amount), 0) FROM posted)
    INTO fresh, bad, total;
  IF bad <> 0 THEN
    RAISE EXCEPTION 'an account of the batch takes nothing' USING ERRCODE = CASE
      WHEN EXISTS (SELECT 1 FROM ledger.account
                    WHERE community_id = p_community AND id = ANY (p_credits) AND frozen)
      THEN 'LG002' ELSE 'LG010' END;
  END IF;
  IF fresh < cardinality(p_keys) AND EXISTS (
    SELECT 1 FROM unnest(p_keys, p_credits, p_amounts, p_source_ids)
                  AS l (key, credit_id, amount, source_id)
      JOIN ledger.transfer t ON t.community_id = p_community AND t.idem_key = l.key
     WHERE (t.asset::int, t.kind::int, t.code::int, t.debit_id, t.credit_id, t.amount,
            t.source_type::int, t.source_id)
           IS DISTINCT FROM
           (p_asset, 1, p_code, p_debit, l.credit_id, l.amount, p_source, l.source_id)) THEN
    RAISE EXCEPTION 'key reused' USING ERRCODE = 'LG003';
  END IF;
  IF total > 0 AND NOT account.derived THEN
    UPDATE ledger.account SET debits_posted = debits_posted + total
     WHERE community_id = p_community AND id = p_debit AND NOT frozen
       AND credits_posted - debits_posted - debits_pending >= total;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'not posted' USING ERRCODE = CASE
        WHEN account.frozen THEN 'LG002'
        WHEN account.owner_kind IN (3, 8) THEN 'LG006'
        ELSE 'LG001' END;
    END IF;
  END IF;
  RETURN fresh;
END $$;
"""
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
OWNER = """
REVOKE ALL ON SCHEMA ledger FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
DO $$
DECLARE
  part record;
  here text := quote_ident(current_database());
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'linli_ledger') THEN
    BEGIN
      CREATE ROLE linli_ledger NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another database, just now
    END;
  END IF;
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE 'GRANT linli_ledger TO ' || quote_ident(current_user);
  END IF;
  EXECUTE 'GRANT CREATE ON DATABASE ' || here || ' TO linli_ledger';
  ALTER SCHEMA ledger OWNER TO linli_ledger;
  EXECUTE 'REVOKE CREATE ON DATABASE ' || here || ' FROM linli_ledger';
  FOR part IN SELECT c.relname AS name FROM pg_class c
              WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'r' LOOP
    EXECUTE 'ALTER TABLE ledger.' || quote_ident(part.name) || ' OWNER TO linli_ledger';
  END LOOP;
  FOR part IN SELECT c.relname AS name FROM pg_class c
              WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'S' LOOP
    EXECUTE 'ALTER SEQUENCE ledger.' || quote_ident(part.name) || ' OWNER TO linli_ledger';
  END LOOP;
  FOR part IN SELECT p.oid::regprocedure::text AS name FROM pg_proc p
              WHERE p.pronamespace = 'ledger'::regnamespace LOOP
    EXECUTE 'ALTER FUNCTION ' || part.name || ' OWNER TO linli_ledger';
  END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'the ledger stays owned by the role that migrates';
END $$;
"""


def upgrade() -> None:
    op.execute("CREATE SCHEMA ledger")
    op.execute("CREATE SEQUENCE ledger.account_id_seq")
    op.execute("CREATE SEQUENCE ledger.transfer_id_seq")
    for part in (TABLES, FUNCTIONS, SEALING, OWNER):
        op.get_bind().exec_driver_sql(part)
