"""Files that are handed out: what is in them, and nothing that would run."""

import io
import zipfile
from datetime import UTC, datetime

from backend.documents import Sheet, workbook

AT = datetime(2026, 12, 1, tzinfo=UTC)
ISSUED = Sheet(name="发放", head=("善行", "积分"), rows=[("孝老爱亲", 40), ("=1+1", 2)])


def parts_of(file: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        return {name: parts.read(name).decode() for name in parts.namelist()}


def test_a_workbook_holds_its_tables_as_texts_and_numbers() -> None:
    parts = parts_of(workbook("公示表", [ISSUED], made_at=AT))

    assert 'name="发放"' in parts["xl/workbook.xml"]
    assert "孝老爱亲" in parts["xl/sharedStrings.xml"]
    assert "<v>40</v>" in parts["xl/worksheets/sheet1.xml"]


def test_what_somebody_typed_never_becomes_a_formula() -> None:
    parts = parts_of(workbook("公示表", [ISSUED], made_at=AT))

    assert "<f>" not in parts["xl/worksheets/sheet1.xml"]
    assert "=1+1" in parts["xl/sharedStrings.xml"]


def test_the_same_tables_make_the_same_file() -> None:
    assert workbook("公示表", [ISSUED], made_at=AT) == workbook("公示表", [ISSUED], made_at=AT)


def test_a_table_without_rows_is_a_table() -> None:
    empty = Sheet(name="过期", head=("网格", "积分"), rows=[])

    assert "网格" in parts_of(workbook("公示表", [empty], made_at=AT))["xl/sharedStrings.xml"]
