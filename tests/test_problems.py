"""A refusal's type is an address, and what stands there explains every refusal of that name."""

import re
from collections import defaultdict
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from backend.errors import DomainError
from backend.problems import EVERYWHERE, PARTS, problem_of
from tests.test_architecture import BACKEND, every_refusal

SECTION = re.compile(r"<h2>(.*?)</h2>\s*<p>(.*?) · (\d+)</p>")


def ours() -> list[type[DomainError]]:
    return [each for each in every_refusal() if each.__module__.startswith("backend.")]


def test_two_refusals_with_different_words_never_share_one_explanation(
    context: Flask, client: FlaskClient
) -> None:
    meant = defaultdict(set)
    with context.test_request_context("/api/v1/me"):
        for each in ours():
            part = PARTS.get(each.__module__.split(".")[1], EVERYWHERE)
            refusal = each.__new__(each)
            DomainError.__init__(refusal)
            told = problem_of(refusal).get_json()
            meant[told["type"]].add((told["title"], part, str(told["status"])))

    assert len(meant["/problems/wrong-code"]) == 2
    for address, meanings in meant.items():
        page = client.get(address)
        assert page.status_code == 200, address
        sections = SECTION.findall(page.text)
        assert (len(sections), set(sections)) == (len(meanings), meanings), address


def test_every_part_of_the_house_that_refuses_has_a_name() -> None:
    modules = (Path(*each.__module__.split(".")[1:2]) for each in ours())
    rooms = {module.name for module in modules if (BACKEND / module).is_dir()}

    assert rooms <= PARTS.keys()


def test_a_refusal_nobody_makes_is_explained_nowhere(client: FlaskClient) -> None:
    for slug in ("no-such-thing", "%3Cscript%3E", "%00"):
        assert client.get(f"/problems/{slug}").status_code == 404
