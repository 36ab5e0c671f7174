"""The double as a Flask application."""

from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from backend.clock import SHANGHAI
from backend.wechat.double.control import Control, Misused
from backend.wechat.double.plane import Plane
from backend.wechat.double.push import Pushes, check_push_url, is_loopback
from backend.wechat.double.world import LATENCY_MS, World


class Double(Flask):
    """The application with its world, so that a test may look into both."""

    def __init__(self, world: World) -> None:
        super().__init__("backend.wechat.double.app")
        self.world = world
        self.pushes = Pushes(world)


def create_double(
    *, push_url: str | None = None, latency_ms: int = LATENCY_MS, accepted: int = 0
) -> Double:
    """Build the double; it pushes to `push_url`, which must be on this machine."""
    check_push_url(push_url)
    app = Double(World(push_url=push_url, latency_ms=latency_ms, accepted=accepted))
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    _let_in_only_this_machine(app)
    _put_up_wechat(app)
    _put_up_control(app)
    _put_up_pages(app)
    return app


def _let_in_only_this_machine(app: Double) -> None:
    @app.before_request
    def refuse_strangers() -> ResponseReturnValue | None:
        return None if is_loopback(request.remote_addr) else ("loopback only", 403)

    @app.after_request
    def open_to_browsers(response: Response) -> Response:
        """The browser build signs in through the control plane, from another port."""
        if request.path.startswith("/_double/"):
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        return response


def _put_up_wechat(app: Double) -> None:
    plane = Plane(app.world, app.pushes)
    for path in plane.endpoints:
        app.add_url_rule(
            path,
            endpoint=path,
            view_func=lambda path=path: plane.respond(path),
            methods=["GET", "POST"],
        )


def _put_up_control(app: Double) -> None:
    control = Control(app.world, app.pushes)

    @app.post("/_double/<op>")
    def run(op: str) -> ResponseReturnValue:
        body = request.get_json(silent=True, force=True) or {}
        try:
            return jsonify(control.run(op, body))
        except Misused as misused:
            return jsonify({"error": str(misused)}), 400

    @app.get("/_double/people")
    def people() -> ResponseReturnValue:
        """Without numbers: who is there to sign in as."""
        shown = int(request.args.get("n", 6))
        with app.world.lock:
            everybody = list(app.world.people.values())[:shown]
        return jsonify([{"openid": each.openid, "name": each.name} for each in everybody])

    @app.get("/_double/sent")
    def sent() -> ResponseReturnValue:
        wanted = {name: request.args.get(name) for name in ("openid", "template_id")}
        with app.world.lock:
            cards = [card.as_json() for card in app.world.cards]
        return jsonify(
            [card for card in cards if all(v is None or card[k] == v for k, v in wanted.items())]
        )

    @app.get("/_double/calls")
    def calls() -> ResponseReturnValue:
        """How often each path was called, and each errcode answered."""
        with app.world.lock:
            return jsonify({"paths": dict(app.world.calls), "errcodes": _named(app.world.answered)})


def _put_up_pages(app: Double) -> None:
    @app.template_filter("moment")
    def moment(value: Any) -> str:
        local = value.astimezone(SHANGHAI)
        return f"{local.month}月{local.day}日 {local:%H:%M}"

    @app.get("/_double/")
    def index() -> ResponseReturnValue:
        with app.world.lock:
            shown = list(app.world.people.values())[:60]
        return render_template("people.html", people=shown, total=len(app.world.people))

    @app.get("/_double/phone/<openid>")
    def phone(openid: str) -> ResponseReturnValue:
        person = app.world.people.get(openid)
        if person is None:
            return render_template("nobody.html", openid=openid), 404
        return render_template(
            "phone.html",
            person=person,
            cards=person.cards[::-1][:50],
            templates=app.world.templates,
            now=app.world.now(),
        )


def _named(answered: Any) -> dict[str, int]:
    return {str(errcode): times for errcode, times in answered.items()}
