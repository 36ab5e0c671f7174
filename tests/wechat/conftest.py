"""The client against the double; no database."""

from collections.abc import Callable, Iterator

import pytest
from redis import Redis

from backend.local import Valkey
from backend.wechat.client import WeChatClient
from tests.doubles import RunningDouble

OWN_OPTIONS = {"timeouts", "sends_per_second"}
MakeClient = Callable[..., WeChatClient]


@pytest.fixture(autouse=True)
def fresh_double(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test that speaks with the double leaves it as new."""
    yield
    if "double" in request.fixturenames:
        running: RunningDouble = request.getfixturevalue("double")
        running.reset()


@pytest.fixture
def redis(valkey: Valkey) -> Iterator[Redis]:
    connection = Redis.from_url(valkey.url)
    yield connection
    connection.flushdb()
    connection.close()


@pytest.fixture
def make_client(double: RunningDouble, redis: Redis) -> Iterator[MakeClient]:
    """Clients as separate processes would have them: one Redis, own connections."""
    made = []

    def make(**changed: object) -> WeChatClient:
        own = {name: changed.pop(name) for name in OWN_OPTIONS & set(changed)}
        client = WeChatClient(double.settings(**changed), redis, **own)  # type: ignore[arg-type]
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def wechat(make_client: MakeClient) -> WeChatClient:
    return make_client()
