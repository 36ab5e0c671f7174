"""The strings behind the double: make people, let them answer, move time, plan faults."""

import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from backend.wechat.double.push import Pushes, check_push_url
from backend.wechat.double.world import Fault, Subscription, Template, World

Body = Mapping[str, Any]
RESULTS = ("accept", "reject", "ban", "filter", "acceptWithAudio", "acceptWithAlert")


class Misused(Exception):
    """An operation of the control plane that makes no sense."""


class Control:
    """One method for each `POST /_double/<op>`."""

    def __init__(self, world: World, pushes: Pushes) -> None:
        self._world = world
        self._pushes = pushes
        self._ops: dict[str, Callable[[Body], Mapping[str, Any]]] = {
            "reset": self._reset,
            "person": self._person,
            "login": self._login,
            "template": self._template,
            "consent": self._consent,
            "mute": self._mute,
            "block": self._block,
            "pages": self._pages,
            "clock": self._clock,
            "expire_tokens": self._expire_tokens,
            "config": self._config,
            "fault": self._fault,
            "settle": self._settle,
            "verify": self._verify,
        }

    def run(self, op: str, body: Body) -> Mapping[str, Any]:
        """Do `op`.

        Raises:
            Misused: no such operation, person or template, or a field is missing or wrong.
        """
        if op not in self._ops:
            raise Misused(f"no operation {op}; there are {', '.join(self._ops)}")
        try:
            return self._ops[op](body)
        except (KeyError, TypeError, ValueError) as wrong:
            raise Misused(f"{op}: {type(wrong).__name__} {wrong}") from None

    def _reset(self, _: Body) -> Body:
        self._pushes.settle()
        self._pushes.log.clear()
        self._world.reset()
        return {}

    def _person(self, body: Body) -> Body:
        """One `openid`, or `n` of them with a `prefix`, each with `balance` of `templates`."""
        if "n" in body:
            prefix = str(body.get("prefix", "o_bulk_"))
            openids = [f"{prefix}{number:05d}" for number in range(1, int(body["n"]) + 1)]
        else:
            openids = [str(body["openid"])]
        balance = int(body.get("balance", 1))
        visited_at = self._world.now() if body.get("visited", True) else None
        with self._world.lock:
            self._world.add_people(openids)
            for openid in openids:
                person = self._world.people[openid]
                person.visited_at = visited_at
                person.name = str(body.get("name", person.name))
                for template_id in body.get("templates", ()):
                    self._known_template(template_id)
                    self._world.answer(openid, template_id, "accept", times=balance)
        return {"n": len(openids), "first": openids[0] if openids else None}

    def _login(self, body: Body) -> Body:
        with self._world.lock:
            return {"code": self._world.visit(self._known(body))}

    def _template(self, body: Body) -> Body:
        template = Template(
            id=str(body["id"]),
            title=str(body["title"]),
            content=str(body["content"]),
            type=int(body.get("type", 2)),
            enums=dict(body.get("enums", {})),
        )
        if not template.keywords:
            raise Misused("template: content has no {{keyword.DATA}}")
        with self._world.lock:
            self._world.templates[template.id] = template
        return {"keywords": [list(pair) for pair in template.keywords]}

    def _consent(self, body: Body) -> Body:
        """The person taps on the pop-up `n` times; each time WeChat pushes an event."""
        openid = self._known(body)
        result = str(body.get("result", "accept"))
        if result not in RESULTS:
            raise Misused(f"consent: result is one of {', '.join(RESULTS)}")
        results = {self._known_template(each): result for each in body["templates"]}
        for _ in range(int(body.get("n", 1))):
            with self._world.lock:
                for template_id in results:
                    taken = "accept" if result.startswith("accept") else result
                    self._world.answer(openid, template_id, taken)
            self._pushes.answered(openid, results)
        return {"results": results}

    def _mute(self, body: Body) -> Body:
        openid, template_id = self._known(body), self._known_template(body["template"])
        with self._world.lock:
            self._world.people[openid].subscriptions[template_id] = Subscription()
        self._pushes.changed(openid, template_id)
        return {}

    def _block(self, body: Body) -> Body:
        self._world.people[self._known(body)].blocked = bool(body.get("blocked", True))
        return {}

    def _pages(self, body: Body) -> Body:
        """The pages that exist; null for all."""
        pages = body["pages"]
        self._world.pages = None if pages is None else {str(page) for page in pages}
        return {}

    def _clock(self, body: Body) -> Body:
        with self._world.lock:
            self._world.ahead += timedelta(seconds=float(body["seconds"]))
        return {"now": self._world.now().isoformat()}

    def _expire_tokens(self, body: Body) -> Body:
        with self._world.lock:
            self._world.expire_tokens(revoke=bool(body.get("revoke", False)))
        return {}

    def _config(self, body: Body) -> Body:
        world = self._world
        check_push_url(body.get("push_url"))
        with world.lock:
            world.push_url = body.get("push_url", world.push_url)
            world.push_format = str(body.get("format", world.push_format))
            world.push_list = body.get("list", world.push_list)
            world.latency_ms = int(body.get("latency_ms", world.latency_ms))
            world.minute_limits.update(body.get("per_minute", {}))
        return {"push_url": world.push_url, "latency_ms": world.latency_ms}

    def _fault(self, body: Body) -> Body:
        """Plan a fault; without `times` or `rate` it lasts, and an empty body ends all faults."""
        with self._world.lock:
            if not body:
                self._world.faults.clear()
                return {}
            known = dict(body)
            chance = random.Random(known.pop("seed", 0))  # noqa: S311 - repeatable on purpose
            self._world.faults.append(Fault(chance=chance, **known))
        return {}

    def _settle(self, _: Body) -> Body:
        self._pushes.settle()
        return {"pushes": self._pushes.log}

    def _verify(self, _: Body) -> Body:
        return {"ok": self._pushes.verify()}

    def _known(self, body: Body) -> str:
        openid = str(body["openid"])
        if openid not in self._world.people:
            raise Misused(f"nobody has the openid {openid}")
        return openid

    def _known_template(self, template_id: object) -> str:
        if template_id not in self._world.templates:
            raise Misused(f"no template {template_id}")
        return str(template_id)
