import pytest

from backend.wechat.events import (
    Answered,
    Delivered,
    EventUnreadable,
    MediaChecked,
    parse_event,
)

POPUP_JSON = (
    '{"ToUserName":"gh_1","FromUserName":"o_1","CreateTime":1610969440,"MsgType":"event",'
    '"Event":"subscribe_msg_popup_event","List":[{"TemplateId":"t1","SubscribeStatusString":'
    '"accept","PopupScene":"0"}]}'
)
POPUP_XML = (
    "<xml><FromUserName><![CDATA[o_1]]></FromUserName><CreateTime>1610969440</CreateTime>"
    "<Event><![CDATA[subscribe_msg_popup_event]]></Event><SubscribeMsgPopupEvent><List>"
    "<TemplateId><![CDATA[t1]]></TemplateId><SubscribeStatusString><![CDATA[accept]]>"
    "</SubscribeStatusString><PopupScene>0</PopupScene></List></SubscribeMsgPopupEvent></xml>"
)
SENT = (
    '{"FromUserName":"o_1","CreateTime":"1620963428","Event":"subscribe_msg_sent_event","List":'
    '{"TemplateId":"t1","MsgID":1864323726461255680,"ErrorCode":0,"ErrorStatus":"success"}}'
)
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><xml><Event>&b;</Event></xml>'


def test_json_and_xml_say_the_same() -> None:
    assert parse_event(POPUP_JSON, "json") == parse_event(POPUP_XML, "xml")


def test_a_single_object_is_a_list_of_one_and_numbers_may_be_text() -> None:
    event = parse_event(SENT, "json")
    assert event.created == 1620963428
    assert event.items == (Delivered("t1", "1864323726461255680", 0, "success"),)


def test_json_may_nest_its_list_as_xml_does() -> None:
    nested = POPUP_JSON.replace('"List":', '"SubscribeMsgPopupEvent":{"List":') + "}"
    assert parse_event(nested, "json").items == (Answered("t1", "accept"),)


def test_a_picture_that_could_not_be_fetched_has_no_verdict() -> None:
    event = parse_event(
        '{"FromUserName":"o_1","CreateTime":1,"Event":"wxa_media_check","trace_id":"tr",'
        '"version":2,"errcode":-1008,"errmsg":"download failed"}',
        "json",
    )
    assert event.items == (MediaChecked("tr", -1008, "", 0),)


def test_an_unknown_event_has_no_items() -> None:
    body = '{"FromUserName":"o_1","CreateTime":1,"Event":"debug_demo"}'
    assert parse_event(body, "json").items == ()


@pytest.mark.parametrize(
    ("body", "form"),
    [
        ("", "json"),
        ("[]", "json"),
        ('{"Event":"x"}', "json"),
        (POPUP_JSON.replace('"TemplateId":"t1",', ""), "json"),
        ("<xml>", "xml"),
        ("<xml>text</xml>", "xml"),
        (LAUGHS, "xml"),
    ],
)
def test_what_is_no_event_is_refused(body: str, form: str) -> None:
    with pytest.raises(EventUnreadable):
        parse_event(body, form)


def test_the_person_is_not_shown() -> None:
    assert "o_1" not in repr(parse_event(POPUP_JSON, "json"))
