"""批量 and 评选 at the desk: three people see to a batch; a panel speaks before the board."""

from datetime import timedelta

from flask import Flask

from backend import clock
from backend.clock import today
from tests.console.browser import a_browser, form_of, main_of
from tests.virtue_bank.a_batch import a_thankful_bank
from tests.virtue_bank.an_honour import a_round
from tests.virtue_bank.pages.looking import AT, cost


def test_a_batch_is_written_looked_through_and_approved_by_three(app: Flask) -> None:
    thanks = a_thankful_bank(app)
    bank = thanks.bank
    doer, other = bank.place.a_resident(name="甲居民"), bank.place.a_resident(name="乙居民")
    chair = a_browser(app, bank.now(bank.chair))
    found = chair.get(f"{AT}/batches/new", q="甲居")
    assert f"person={doer.id}" in found.text
    seen = chair.get(f"{AT}/batches/new?person={doer.id}&person={other.id}")
    held = form_of(seen, f"{AT}/batches")
    told = held | {
        "kind": "volunteer",
        "period": f"{today():%Y-%m}",
        "lines.0.basis_note": "清理楼道，签到单第3行",
    }
    short = chair.send(f"{AT}/batches", **told)
    assert short.status_code == 422
    assert "乙居民" in short.text
    told["lines.1.basis_note"] = "清理楼道，签到单第4行"
    url = chair.send(f"{AT}/batches", **told).location
    worker = a_browser(app, bank.now(bank.worker))
    held = form_of(worker.get(url), f"{url}/review")
    assert worker.send(f"{url}/review", **held | {"strikes.1.reason": "没有来"}).status_code == 303
    assert worker.send(f"{url}/review", **held).status_code == 409
    assert "不能批准，请另一位" in chair.get(f"{url}/approval").text
    member = a_browser(app, bank.now(bank.member))
    held = form_of(member.get(f"{url}/approval"), f"{url}/approval")
    assert member.send(f"{url}/approval", **held).status_code == 303

    shown = main_of(member.get(url))
    assert "公示到" in shown
    assert "划去：没有来" in shown
    assert member.send(f"{url}/cancellation", reason="活动取消").status_code == 303


def test_captains_posts(app: Flask) -> None:
    thanks = a_thankful_bank(app)
    bank = thanks.bank
    person = bank.place.a_resident(name="丙楼长")
    thanks.captain(person)
    chair = a_browser(app, bank.now(bank.chair))
    held = form_of(chair.get(f"{AT}/posts/new", person=person.id), f"{AT}/posts")
    told = held | {
        "post": "building_captain",
        "building_id": str(bank.place.building_id),
        "points_per_month": "20",
        "from_on": today().replace(day=1).isoformat(),
    }
    assert chair.send(f"{AT}/posts", **told).status_code == 303
    seen = chair.get(f"{AT}/posts")
    assert "丙楼长" in seen.text
    [end] = [
        each.split('"')[0]
        for each in seen.text.split('action="')
        if each.split('"')[0].endswith("/end")
    ]
    last = (today() + timedelta(days=30)).isoformat()
    assert chair.send(end, until_on=last).status_code == 303


def test_a_round_from_its_plan_to_the_board(app: Flask) -> None:
    made = a_round(app, opened=False)
    bank = made.thanks.bank
    chair = a_browser(app, bank.now(bank.chair))
    url = f"{AT}/honours/{made.id}"
    held = form_of(chair.get(url), f"{url}/opening")
    assert chair.send(f"{url}/opening", **held).status_code == 303
    assert chair.send(f"{url}/opening", **held).status_code == 409
    nominee = bank.place.a_resident(name="好邻居")
    nomination = made.agreed(nominee, by=bank.place.a_resident())
    began = made.to_reviewing()
    with clock.at(began + timedelta(hours=1)):
        chair = a_browser(app, made.chair)
        panel = [made.now(each) for each in made.panel]
        ids = [str(each.id) for each in panel]
        named = chair.send(f"{url}/panel", member_ids=ids)  # type: ignore[arg-type]
        assert named.status_code == 303
        member = a_browser(app, panel[0])
        voice = f"{url}/nominations/{nomination}/voice"
        assert form_of(member.get(url), voice)
        assert member.send(voice, in_favour="true").status_code == 303
        assert "您说过了" in member.get(url).text
        for each in panel[1:]:
            made.speak(nomination, each)
        held = form_of(chair.get(f"{url}/selection"), f"{url}/selection")
        chosen = {"nomination_ids": nomination, "row_version": held["row_version"]}
        assert chair.send(f"{url}/selection", **chosen).status_code == 303
        assert "公示" in main_of(chair.get(url))
        until = made.end_of("shown_until")
    with clock.at(until):
        made.sweep()
        chair = a_browser(app, made.chair)
        seen = chair.get(f"{AT}/certificates")
        assert "好邻居" in seen.text
        [revoke] = [
            each.split('"')[0]
            for each in seen.text.split('action="')
            if each.split('"')[0].endswith("/revocation")
        ]
        told = {"reason": "材料不实", "decision_ref": "决定〔2026〕9号"}
        assert chair.send(revoke, **told).status_code == 303


def test_pages_cost_the_same_however_long_they_are(app: Flask) -> None:
    made = a_round(app)
    thanks, bank = made.thanks, made.thanks.bank
    chair = a_browser(app, bank.now(bank.chair))
    people = [bank.place.a_resident(name=f"居民{n}") for n in range(4)]
    made.nominate(people[0], by=people[1])
    first = thanks.proposed(people[:1])
    pages = [f"{AT}/batches", f"{AT}/batches/{first}", f"{AT}/honours/{made.id}"]
    few = [cost(app, chair, url) for url in pages]
    made.nominate(people[2], by=people[1])
    second = thanks.proposed(people[1:])
    pages[1] = f"{AT}/batches/{second}"

    assert [cost(app, chair, url) for url in pages] == few
