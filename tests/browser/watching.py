"""What pages do wrong: ask elsewhere, complain, show what some people cannot use."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

AXE = (
    Path(__file__).parent.parent.parent
    / "miniprogram-stub"
    / "node_modules"
    / "axe-core"
    / "axe.min.js"
)
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
LOCAL_SCHEMES = ("data:", "blob:", "about:")
# A refusal is an answer, and a lost network is what some tests are about.
AN_ANSWER = re.compile(r"the server responded with a status of 4\d\d")
NO_NETWORK = re.compile(
    "net::ERR_INTERNET_DISCONNECTED|Failed to fetch dynamically imported|Unable to preload"
)


class Watch:
    """Collects what must not happen in any page of a browser's context."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.origin = origin
        self.seen: list[str] = []
        context.on("request", self._asked)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.seen.append(f"script: {error.error}"))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", *LOCAL_SCHEMES)):
            self.seen.append(f"asked elsewhere: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type != "error" or NO_NETWORK.search(message.text):
            return
        asked = message.location["url"]
        is_a_file = "/assets/" in asked or "/static/" in asked
        if not AN_ANSWER.search(message.text) or is_a_file:
            self.seen.append(f"console: {message.text} ({asked})")


def axe(page: Page, **options: Any) -> list[str]:
    """What axe finds wrong with the page as it is shown now; one line a place."""
    page.evaluate(AXE.read_text())
    asked = {"runOnly": STANDARDS, "resultTypes": ["violations"]} | options
    found = page.evaluate("options => axe.run(document, options)", asked)
    return [
        f"{rule['id']}: {' '.join(node['target'])}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
