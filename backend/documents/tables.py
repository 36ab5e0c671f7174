"""Tables for whoever goes on reckoning with them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST_COLUMN = 60


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One table of a workbook; `name` stands on its tab, at most 31 characters."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[str | int]]


def workbook(title: str, sheets: Sequence[Sheet], *, made_at: datetime) -> bytes:
    """The tables as an .xlsx file; the same tables make the same bytes.

    Text is written as text: what somebody typed never becomes a formula or a link.
    """
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "bottom": 1})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        page.write_row(0, 0, sheet.head, bold)
        for number, row in enumerate(sheet.rows, start=1):
            page.write_row(number, 0, row)
        for number, lines in enumerate(zip(sheet.head, *sheet.rows, strict=True)):
            page.set_column(number, number, min(WIDEST_COLUMN, max(map(_width, lines)) + 2))
    book.close()
    return file.getvalue()


def _width(value: str | int) -> int:
    """In digits: a Chinese character is as wide as two."""
    return sum(1 if ord(character) < 0x2E80 else 2 for character in str(value))  # noqa: PLR2004
