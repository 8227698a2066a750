"""A provider that is asked, from its first page to the code in a member's chat."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from botrunner.sandbox.cast import ANN
from botrunner.sandbox.sms_list import KEY
from tests.browser.site import PASSWORD, USERNAME, Site, running_site
from tests.browser.test_games import chat, press, say

pytestmark = pytest.mark.browser

ROWS = {
    "url": "{sandbox}/sms/list",
    "auth_header": "X-API-Key",
    "token": "another key",
    "list_path": "aaData",
    "time_field": "0",
    "number_field": "3",
    "sender_field": "2",
    "text_field": "3",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site"), "manage.py", "runbot") as site:
        yield site


def test_a_list_is_set_up_by_trying_and_an_sms_in_it_arrives(
    site: Site, chromium: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "numbers.csv"
    file.write_text("Number\n+971501234567\n")
    words = ["--pool", "Emirates", "--country", "AE", "--rights-confirmed"]
    site.manage("import_numbers", str(file), *words)
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=site.url)
    context.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/admin/login/?next=/sandbox/")
    page.fill("[name=username]", USERNAME)
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")

    ann = chat(page, ANN)
    ann.locator(".bar .primary").click()
    expect(ann.locator(".in")).not_to_have_count(0)
    say(ann, "/countries")
    press(ann, "Emirates")
    expect(ann.locator(".in .text").last).to_contain_text("+971 50 123 4567")
    page.locator("#sms").click()
    drawer = page.locator("dialog.drawer[open]")
    expect(drawer.locator(".leased-number")).to_have_attribute("aria-pressed", "true")
    drawer.locator("[name=by]").select_option("list")
    drawer.locator("[name=text]").fill("Your code is 482913")
    drawer.get_by_role("button", name="Send SMS").click()
    expect(ann.locator(".in .text").last).to_contain_text("482913")

    page.goto("/admin/numbers/provider/add/")
    page.select_option("[name=kind]", "polling")
    page.fill("[name=slug]", "panel")
    page.get_by_role("button", name="Save", exact=True).click()
    for name, value in ROWS.items():
        page.fill(f"[name={name}]", value)
    trial = page.locator(".th-trial")
    found = trial.locator(".th-trial-found")
    trial.locator("button").click()
    expect(found).to_contain_text("The key may be wrong")
    page.fill("[name=token]", KEY)
    trial.locator("button").click()
    expect(found).to_contain_text("None of them can be read")
    page.fill("[name=number_field]", "1")
    trial.locator("button").click()
    expect(found).to_contain_text("All of them can be read")

    expect(found.locator("dd", has_text="+971 50 123 4567")).to_be_visible()
    assert complaints == []
    context.close()
