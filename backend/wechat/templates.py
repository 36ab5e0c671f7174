"""The subscription messages this installation may send, read from a TOML file."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from backend.wechat.answers import ListedTemplate


class TemplatesRefused(Exception):
    """The TOML file cannot be used; the text says where."""


@dataclass(frozen=True)
class Template:
    """`fields`: our name of a field → WeChat's keyword, {"title": "thing1"}."""

    id: str
    fields: Mapping[str, str]


def read_templates(path: Path) -> dict[str, Template]:
    """The templates by kind of notice.

    Raises:
        TemplatesRefused: no such file, no TOML, or an entry without id or fields.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as unreadable:
        raise TemplatesRefused(f"{path}: {unreadable}") from None
    return {kind: _template(path, kind, table) for kind, table in tables.items()}


def mismatches(templates: Mapping[str, Template], listed: Iterable[ListedTemplate]) -> list[str]:
    """How the file differs from the account, a line for each kind that cannot be sent."""
    account = {template.id: dict(template.keywords) for template in listed}
    lines = []
    for kind, template in templates.items():
        if template.id not in account:
            lines.append(f"{kind}: the account has no template {template.id}.")
            continue
        ours, theirs = set(template.fields.values()), set(account[template.id])
        if ours != theirs:
            lines.append(f"{kind}: keywords {sorted(ours)}, in the account {sorted(theirs)}.")
    return lines


def _template(path: Path, kind: str, table: object) -> Template:
    if isinstance(table, dict):
        template_id, fields = table.get("id"), table.get("fields")
        if (
            isinstance(template_id, str)
            and template_id
            and isinstance(fields, dict)
            and fields
            and all(isinstance(keyword, str) for keyword in fields.values())
        ):
            return Template(id=template_id, fields=fields)
    raise TemplatesRefused(f'{path}: [{kind}] needs id = "…" and fields = {{ ours = "thing1" }}.')
