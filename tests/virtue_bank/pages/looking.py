"""Short ways of looking at the desk's pages about points."""

from flask import Flask

from tests.console.browser import Browser
from tests.counting import counted_statements

AT = "/console/points"


def cost(app: Flask, browser: Browser, url: str) -> int:
    """How many statements the page takes."""
    browser.get(url)
    with counted_statements(app) as counted:
        assert browser.get(url).status_code == 200
    return len(counted)
