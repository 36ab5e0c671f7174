"""A real Chromium before a real house: demo people, every process, WeChat's double beside it."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from backend.database import transaction
from scripts.demonstration.seeding import seed
from scripts.demonstration.visitors import World
from tests.browser.arriving import Browsers
from tests.browser.pages import Facts
from tests.browser.village import Village
from tests.doubles import RunningDouble, running_double
from tests.processes import MAIN, a_house

HERE = Path(__file__).parent
UNABLE = 3  # scripts/build: this machine cannot
EXPECTED_MS = 30_000  # other work may keep the machine busy
PAUSE_SECONDS = 0.2
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Once is enough: what a browser sees does not depend on PostgreSQL's version."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.long)
    # It lets weeks go by on the clock of the house, into another year.
    items.sort(key=lambda item: item.path == HERE / "test_walk.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screens", type=Path, help="a folder for pictures of every page")


@dataclass
class Screens:
    """Pictures of whole pages, for whoever wants to look at all of them."""

    folder: Path | None

    def take(self, page: Page, name: str) -> None:
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            picture = self.folder / f"{name.replace('/', '-')}.png"
            page.screenshot(path=picture, full_page=True)


@pytest.fixture(scope="session")
def screens(request: pytest.FixtureRequest) -> Screens:
    return Screens(request.config.getoption("--screens", default=None))


@pytest.fixture(scope="package")
def built() -> None:
    """Both front ends as their sources are now; quick when nothing changed."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(MAIN / "scripts" / "build")],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == UNABLE:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="package")
def double() -> Iterator[RunningDouble]:
    """Phones that stay what they are from one test to the next, as the house does."""
    with running_double() as running:
        yield running


@pytest.fixture(scope="package")
def village(built: None, double: RunningDouble) -> Iterator[Village]:
    with a_house(double.settings()) as house:
        with house.app.app_context(), transaction():
            people = seed(lambda *_: None)
        double.do("config", push_url=f"{house.url}/wechat/push", latency_ms=0)
        world = World(house.url, double.url, lambda: time.sleep(PAUSE_SECONDS))
        yield Village(house, world, people)
        world.close()


@pytest.fixture(scope="package")
def facts(village: Village) -> Facts:
    return Facts(village)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if program is None:
        pytest.skip("No Chromium here: apt-get install chromium-headless-shell fonts-noto-cjk")
    expect.set_options(timeout=EXPECTED_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def browsers(village: Village, chromium: Browser) -> Iterator[Browsers]:
    with ExitStack() as stack:
        opened = Browsers(
            chromium, village.url, village.world, village.person, village.known, stack
        )
        yield opened
        assert [told for watch in opened.watches for told in watch.seen] == []


@pytest.fixture
def phone(browsers: Browsers) -> Page:
    """A resident's browser, as large as a small phone; nobody is signed in."""
    return browsers.phone()


@pytest.fixture
def desk(browsers: Browsers) -> Page:
    """A browser at a committee's desk; nobody is signed in."""
    return browsers.desk()
