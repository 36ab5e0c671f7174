"""Metrics are for whoever runs the machine, and name nobody."""

import pytest
from flask import Flask


def asked_from(app: Flask, address: str) -> int:
    return app.test_client().get("/metrics", environ_overrides={"REMOTE_ADDR": address}).status_code


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "172.18.0.3", "fd00::7"])
def test_the_machine_and_its_own_network_read_them(app: Flask, address: str) -> None:
    assert asked_from(app, address) == 200


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "unknown", ""])
def test_for_everybody_else_they_are_not_there(app: Flask, address: str) -> None:
    assert asked_from(app, address) == 404


def test_they_count_by_route_and_never_by_what_was_asked_for(app: Flask) -> None:
    client = app.test_client()
    client.get("/api/v1/communities/nowhere/publications")

    told = client.get("/metrics").text

    assert 'route="/api/v1/communities/<string:code>/publications"' in told
    assert "nowhere" not in told
