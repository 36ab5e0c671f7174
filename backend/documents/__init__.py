"""Paper and files: QR codes, tables to reckon with, and A4 made here for whoever prints it."""

from backend.documents.codes import qr_svg
from backend.documents.fonts import Fonts, fonts_at
from backend.documents.paper import PDF, Column, Paper, a4
from backend.documents.tables import XLSX, Sheet, workbook

__all__ = [
    "PDF",
    "XLSX",
    "Column",
    "Fonts",
    "Paper",
    "Sheet",
    "a4",
    "fonts_at",
    "qr_svg",
    "workbook",
]
