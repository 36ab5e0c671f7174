"""From announcing to the card on the phone."""

from tests.doubles import RunningDouble
from tests.notifications.outbox import Outbox


def test_an_announced_notice_is_in_the_inbox_and_on_the_phone(
    outbox: Outbox, double: RunningDouble, noon: None
) -> None:
    person = outbox.a_resident()
    outbox.announce(person)
    outbox.deliver()

    (card,) = double.sent(person.openid)
    assert dict(card["rows"])["编号"] == "SX-0138"
    assert outbox.row("inbox", of=person).state == "delivered"
    delivered = outbox.row("wechat", of=person)
    assert (delivered.state, delivered.msgid) == ("delivered", card["msgid"])
    assert outbox.balance(person) == 0


def test_the_same_event_announced_twice_is_one_notice(
    outbox: Outbox, double: RunningDouble, noon: None
) -> None:
    person = outbox.a_resident(accepts=2)
    for _ in range(2):
        outbox.announce(person, event_key="matter:1:accepted:1")
    outbox.deliver()
    outbox.deliver()

    assert len(double.sent(person.openid)) == 1
    assert len(outbox.rows("inbox", of=person)) == 1
