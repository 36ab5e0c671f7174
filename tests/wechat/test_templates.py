from pathlib import Path

import pytest

from backend.wechat.client import WeChatClient
from backend.wechat.double.account import TEMPLATES_FILE
from backend.wechat.templates import Template, TemplatesRefused, mismatches, read_templates


def test_the_demo_file_names_exactly_what_the_double_has(wechat: WeChatClient) -> None:
    listed = wechat.get_templates()
    assert mismatches(wechat.templates, listed) == []
    assert {template.id for template in wechat.templates.values()} == {each.id for each in listed}


def test_a_missing_template_and_a_changed_keyword_are_named(wechat: WeChatClient) -> None:
    templates = {
        **wechat.templates,
        "digest": Template("gone", {"count": "number1"}),
        "emergency": Template("demo_emergency", {"subject": "thing9"}),
    }
    assert [line.split(":")[0] for line in mismatches(templates, wechat.get_templates())] == [
        "digest",
        "emergency",
    ]


@pytest.mark.parametrize(
    "text", ["[digest", "[digest]\nid = 5", '[digest]\nid = "x"', 'digest = "x"']
)
def test_a_file_that_cannot_be_used_is_named(text: str, tmp_path: Path) -> None:
    file = tmp_path / "templates.toml"
    file.write_text(text)
    with pytest.raises(TemplatesRefused, match=r"templates\.toml"):
        read_templates(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplatesRefused, match="absent"):
        read_templates(tmp_path / "absent.toml")


def test_every_kind_of_notice_has_a_template() -> None:
    assert set(read_templates(TEMPLATES_FILE)) == {
        *("matter_progress", "meeting_notice", "vote_reminder", "activity_reminder"),
        *("review_result", "publication", "points_change", "digest", "emergency"),
    }
