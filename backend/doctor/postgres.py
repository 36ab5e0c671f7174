"""Whether PostgreSQL is one we can live on: version, letters, tables, privileges, time."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from backend import clock
from backend.database import Base, db, quoted
from backend.doctor.findings import Finding, bad, good
from backend.migrations import revisions, suffices

OLDEST = 15
EXTENSIONS = ("pg_trgm", "btree_gist")
CHINESE, TRIGRAMS = "社区议事", 5
SKEW = timedelta(seconds=2)

_SERVER = text("""
SELECT current_setting('server_version') AS version,
       current_setting('server_version_num')::int / 10000 AS major,
       current_setting('server_encoding') AS encoding,
       (SELECT array_agg(extname::text) FROM pg_extension) AS extensions
""")
_CHANGEABLE = text("""
SELECT c.relname AS name, NULL AS col, p AS privilege
  FROM pg_class c, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) p
 WHERE c.oid = ANY(CAST(:tables AS regclass[])) AND has_table_privilege(c.oid, p)
 UNION ALL
SELECT c.relname, NULL, 'INSERT'
  FROM pg_class c
 WHERE c.oid = ANY(CAST(:untouched AS regclass[])) AND has_table_privilege(c.oid, 'INSERT')
 UNION ALL
SELECT c.relname, a.attname, 'UPDATE'
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.oid = ANY(CAST(:tables AS regclass[])) AND a.attnum > 0 AND NOT a.attisdropped
   AND has_column_privilege(c.oid, a.attnum, 'UPDATE')
 ORDER BY 1, 3
""")
_SECONDS_AWAY = text("SELECT abs(extract(epoch FROM clock_timestamp() - :ours))")


def find_server() -> Finding:
    server = db.session.execute(_SERVER).one()
    if server.major < OLDEST:
        return bad(f"PostgreSQL {server.version} 太旧，请升级到 {OLDEST} 或更新的版本。")
    if server.encoding != "UTF8":
        return bad(f"数据库的编码是 {server.encoding}，请用 UTF8 重新建库。")
    missing = [name for name in EXTENSIONS if name not in (server.extensions or [])]
    if missing:
        return bad(f"数据库缺少扩展 {'、'.join(missing)}，请用属主账号运行 flask db upgrade。")
    found = db.session.scalar(text("SELECT cardinality(show_trgm(:words))"), {"words": CHINESE})
    if found != TRIGRAMS:
        return bad("数据库的区域设置不认得汉字，查找相似事项会失灵；请用 C.UTF-8 重新建库。")
    return good(f"PostgreSQL {server.version}，UTF-8，认得汉字，扩展齐全。")


def find_migrations() -> Finding:
    newest = revisions()[-1]
    try:
        present = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except ProgrammingError:
        present = None
    if present == newest:
        return good(f"数据表是最新的（{newest}）。")
    if suffices(present):
        return good(f"数据表（{present}）比这个程序（{newest}）新：滚动升级时会这样。")
    return bad(f"数据表是 {present or '空的'}，程序要 {newest}；请运行 flask db upgrade。")


def find_privileges() -> Finding:
    """Evidence must be out of the application's reach, whatever happens in its code."""
    guarded = [
        table
        for table in Base.metadata.sorted_tables
        if (table.info.get("append_only") or table.schema) and _exists(quoted(table))
    ]
    settable = {table.name: _settable(table.info.get("append_only", True)) for table in guarded}
    present = [quoted(table) for table in guarded]
    untouched = [quoted(table) for table in guarded if table.schema]
    rows = db.session.execute(_CHANGEABLE, {"tables": present, "untouched": untouched})
    excess = sorted(
        {f"{row.name}（{row.privilege}）" for row in rows if row.col not in settable[row.name]}
    )
    role = db.session.scalar(text("SELECT current_user"))
    if excess:
        return bad(
            f"数据库角色 {role} 能改动只许添加的表：{'、'.join(excess)}；"
            "请让程序用 linli_app 登录，属主账号只用于 flask db upgrade。"
        )
    return good(f"数据库角色 {role} 改不了、删不掉 {len(present)} 张只许添加的表。")


def find_time() -> Finding:
    """The real time of the two machines, also where our own clock was moved."""
    ours = clock.utc_now() - clock.ahead()
    seconds = db.session.execute(_SECONDS_AWAY, {"ours": ours}).scalar_one()
    skew = timedelta(seconds=float(seconds))
    if skew > SKEW:
        return bad(f"本机与数据库的时钟相差{skew.total_seconds():.0f}秒，请校准（NTP）。")
    return good("本机与数据库的时钟一致。")


def _settable(append_only: bool | str) -> set[str]:  # noqa: FBT001, as the models write it
    return set() if append_only is True else {name.strip() for name in str(append_only).split(",")}


def _exists(table: str) -> bool:
    return db.session.scalar(text("SELECT to_regclass(:name)"), {"name": table}) is not None
