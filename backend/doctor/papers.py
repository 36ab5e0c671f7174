"""Whether papers made here can carry their own Chinese letters."""

from backend.doctor.findings import Finding, bad, good
from backend.documents import fonts_at
from backend.settings import Settings


def find_fonts(settings: Settings) -> Finding:
    """Without a font the reader's own is asked for, and a phone may have none that fits."""
    if fonts_at(settings.paper_fonts).embeds("善"):
        return good("打印件（PDF）有中文字体。")
    return bad(
        "打印件（PDF）没有中文字体，有的手机上会看不清：请安装 fonts-arphic-uming 和"
        " fonts-hanazono，或在 PAPER_FONTS 里写明字体文件。"
    )
