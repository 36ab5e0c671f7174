"""What the ledger is measured against: the plain design, and the least a post can be."""

NAIVE = """
CREATE TABLE naive_account (id bigint PRIMARY KEY, community_id uuid NOT NULL,
  balance bigint NOT NULL) WITH (fillfactor = 70);
CREATE TABLE naive_transfer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  community_id uuid NOT NULL, idem_key uuid NOT NULL UNIQUE, code smallint NOT NULL,
  debit_id bigint NOT NULL REFERENCES naive_account, credit_id bigint NOT NULL
  REFERENCES naive_account, amount bigint NOT NULL CHECK (amount > 0), source_type smallint
  NOT NULL, source_id uuid NOT NULL, actor_id uuid NOT NULL, created_at timestamptz NOT NULL,
  UNIQUE (source_type, source_id, code));
CREATE TABLE naive_entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transfer_id bigint NOT NULL REFERENCES naive_transfer, account_id bigint NOT NULL
  REFERENCES naive_account, amount bigint NOT NULL, balance_after bigint NOT NULL);
CREATE INDEX ON naive_entry (account_id, id);
GRANT SELECT, INSERT, UPDATE ON naive_account, naive_transfer, naive_entry TO linli_app;
INSERT INTO naive_account
SELECT id, community_id, 1000000000000 FROM ledger.account;
"""
NAIVE_POST = """
BEGIN;
SELECT balance FROM naive_account WHERE id IN (:debit, :credit) ORDER BY id FOR UPDATE;
INSERT INTO naive_transfer (community_id, idem_key, code, debit_id, credit_id, amount,
  source_type, source_id, actor_id, created_at)
VALUES ('{community}', gen_random_uuid(), 1, :debit, :credit, 1, 1, gen_random_uuid(),
  '{actor}', clock_timestamp()) RETURNING id AS transfer \\gset
UPDATE naive_account SET balance = balance - 1 WHERE id = :debit RETURNING balance AS d \\gset
UPDATE naive_account SET balance = balance + 1 WHERE id = :credit RETURNING balance AS c \\gset
INSERT INTO naive_entry (transfer_id, account_id, amount, balance_after)
VALUES (:transfer, :debit, -1, :d), (:transfer, :credit, 1, :c);
COMMIT;
"""
# No ledger with balances does less: two of them and one row, one index against doubles, no rule.
LEAST = """
CREATE TABLE least_account (id bigint PRIMARY KEY, balance bigint NOT NULL)
  WITH (fillfactor = 70);
CREATE TABLE least_transfer (id bigint GENERATED ALWAYS AS IDENTITY, idem_key uuid UNIQUE,
  debit_id bigint NOT NULL, credit_id bigint NOT NULL, amount bigint NOT NULL);
CREATE FUNCTION least_post(debit bigint, credit bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE least_account SET balance = balance - 1 WHERE id = debit;
  UPDATE least_account SET balance = balance + 1 WHERE id = credit;
  INSERT INTO least_transfer (idem_key, debit_id, credit_id, amount)
  VALUES (gen_random_uuid(), debit, credit, 1);
END $$;
GRANT SELECT, INSERT, UPDATE ON least_account, least_transfer TO linli_app;
INSERT INTO least_account SELECT id, 1000000000000 FROM ledger.account;
"""
LEAST_POST = "SELECT least_post(:debit, :credit);"
