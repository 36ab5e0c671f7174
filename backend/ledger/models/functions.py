"""The functions that post: the only hands that write accounts and transfers.

`SECURITY DEFINER`: the application's role has no other way to change a row. They refuse with
codes of their own (`LG…`), which `queries/posting.py` puts into words. A key that turns up while
the same call runs elsewhere is a serialisation failure (40001): the edge runs the request again
and meets it as a replay.
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
