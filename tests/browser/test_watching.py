"""The watch over a browser sees what it is there for."""

from playwright.sync_api import Browser

from tests.browser.watching import Watch, axe


def test_it_sees_a_request_to_elsewhere_a_broken_script_and_an_error_told(
    chromium: Browser,
) -> None:
    context = chromium.new_context()
    watch = Watch(context, "http://127.0.0.1:1")
    page = context.new_page()

    page.set_content(
        "<img src='http://127.0.0.1:9/shadow.png' alt=''>"
        "<script>console.error('too bad'); throw new Error('broken')</script>"
    )
    page.wait_for_load_state("networkidle")
    context.close()

    told = "\n".join(watch.seen)
    assert "asked elsewhere: http://127.0.0.1:9/shadow.png" in told
    assert "too bad" in told
    assert "broken" in told


def test_axe_sees_a_field_without_a_name(built: None, chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<html lang='zh'><title>一页</title><input></html>")

    found = axe(page)
    page.context.close()

    assert [line for line in found if line.startswith("label: input")]
