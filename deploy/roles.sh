#!/bin/sh
# The role the web and the workers sign in as, and the one that owns the ledger, which nobody signs
# in as; migrations give them exactly what they need.
set -eu
: "${LINLI_APP_PASSWORD:?is missing in .env}"
psql --set=ON_ERROR_STOP=1 --set=password="$LINLI_APP_PASSWORD" \
    --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
CREATE ROLE linli_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE ROLE linli_ledger NOLOGIN;
SQL
