"""对账单 at the desk: printed for whoever has no phone; who reads for more is asked why."""

import io
from uuid import uuid4

from pypdf import PdfReader
from werkzeug.test import TestResponse

from backend.audit.models import AuditEvent
from backend.clock import today
from backend.database import db
from tests.console.browser import Browser, a_browser, form_of, main_of
from tests.factories import Person, a_neighbourhood
from tests.virtue_bank.a_bank import Bank
from tests.virtue_bank.pages.looking import AT, cost

PAGE = f"{AT}/statements"


def text_of(answer: TestResponse) -> str:
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.text[:300]
    reader = PdfReader(io.BytesIO(answer.data))
    return "\n".join(page.extract_text() for page in reader.pages)


def filled(browser: Browser, person: Person) -> dict[str, str]:
    """The form as the page gives it, with what a browser adds of the chosen radio buttons."""
    return form_of(browser.get(PAGE, person=person.id), PAGE) | {"reason": "holder_asked"}


def test_the_counter_prints_what_a_resident_asks_for(bank: Bank) -> None:
    holder = bank.place.a_resident(name="冯居民")
    bank.award(holder, 30)
    clerk_person = bank.place.a_worker("counter_clerk", name="钱窗口")
    clerk = a_browser(bank.app, clerk_person)

    assert "对账单" in clerk.get(AT).text
    assert f"person={holder.id}" in clerk.get(PAGE, q="冯居").text
    seen = clerk.get(PAGE, person=holder.id)
    told = filled(clerk, holder) | {"account_id": str(bank.account_of(holder))}
    said = text_of(clerk.send(PAGE, **told))

    assert "本人的积分" in seen.text
    assert "办理投诉" not in seen.text
    assert "30" not in main_of(seen).replace(f"{today():%Y}", "").split("<form")[0]
    assert all(
        each in said for each in ("冯居民", "期末余额 30分", "原因：本人要求查询", "经办人：")
    )
    with bank.app.app_context():
        kept = db.session.query(AuditEvent).filter_by(action="points_account.read").one()
        assert (kept.actor_id, kept.object_id) == (clerk_person.id, holder.id)
        assert kept.detail["reason"] == "holder_asked"


def test_the_counter_reads_for_no_other_reason(bank: Bank) -> None:
    holder = bank.place.a_resident()
    bank.award(holder, 30)
    clerk = a_browser(bank.app, bank.place.a_worker("counter_clerk"))
    supervisor = a_browser(bank.app, bank.supervisor)
    told = filled(clerk, holder) | {"account_id": str(bank.account_of(holder))}

    refused = clerk.send(PAGE, **told | {"reason": "complaint"})

    assert refused.status_code == 422
    assert "只能为本人要求查询打印" in refused.text
    with bank.app.app_context():
        assert not db.session.query(AuditEvent).filter_by(action="points_account.read").count()
    told = filled(supervisor, holder) | {"account_id": str(bank.account_of(holder))}
    said = text_of(supervisor.send(PAGE, **told | {"reason": "complaint"}))
    assert "原因：办理投诉或异议" in said


def test_what_makes_no_sense_is_shown_again_with_what_was_typed(bank: Bank) -> None:
    holder = bank.place.a_resident(name="冯居民")
    bank.award(holder, 30)
    chair = a_browser(bank.app, bank.chair)
    told = filled(chair, holder) | {"account_id": str(bank.account_of(holder))}

    late = chair.send(PAGE, **told | {"from": "2020-01-01"})
    empty = chair.send(PAGE, **told | {"to": ""})

    assert (late.status_code, empty.status_code) == (422, 422)
    assert "一次最多查一年" in late.text
    assert 'value="2020-01-01"' in late.text
    assert "冯居民" in empty.text


def test_who_never_had_a_point_has_nothing_to_print(bank: Bank) -> None:
    chair = a_browser(bank.app, bank.chair)

    page = chair.get(PAGE, person=bank.place.a_resident(name="冯居民").id)

    assert "没有对账单可打" in page.text


def test_nobody_of_elsewhere_is_found_or_printed(bank: Bank) -> None:
    holder = bank.place.a_resident(name="冯居民")
    bank.award(holder, 30)
    there = a_neighbourhood(bank.app)
    chair = a_browser(bank.app, there.a_worker("chair"))
    told = {"person_id": str(uuid4()), "account_id": str(bank.account_of(holder))}
    told |= {"reason": "holder_asked", "from": str(today()), "to": str(today())}

    assert chair.get(PAGE, person=holder.id).status_code == 404
    assert chair.send(PAGE, **told).status_code == 404
    assert f"person={holder.id}" not in chair.get(PAGE, q="冯居民").text


def test_the_page_costs_the_same_however_much_somebody_has(bank: Bank) -> None:
    holder = bank.place.a_resident()
    bank.award(holder, 1)
    chair = a_browser(bank.app, bank.chair)
    few = cost(bank.app, chair, f"{PAGE}?person={holder.id}")
    for _ in range(5):
        bank.award(holder, 1)

    assert cost(bank.app, chair, f"{PAGE}?person={holder.id}") == few
