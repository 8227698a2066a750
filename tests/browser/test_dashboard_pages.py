"""Every page of the dashboard in a browser: light at a desk, dark on a phone.

Nothing in a console (a blocked script is an error there), no error of a script, and
no page wider than its screen.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from project.dashboard import list_charts
from tests.browser.site import PASSWORD, USERNAME, Site, running_site

pytestmark = pytest.mark.browser

SCREENS = [
    pytest.param({"width": 1280, "height": 900}, "light", id="desk"),
    pytest.param({"width": 390, "height": 844}, "dark", id="phone"),
]
# Pages that no list leads to.
ALSO = [
    "/admin/",
    "/admin/backups/",
    "/admin/queues/",
    "/admin/queues/queues/0/",
    "/admin/queues/workers/0/",
    "/admin/accounts/member/link-telegram/",
    "/admin/accounts/member/1/ban/",
    "/admin/accounts/member/1/message/",
    "/admin/accounts/member/export/",
    "/admin/points/game/1/cancel/",
    "/admin/points/item/give/",
    "/admin/vip/boost/give/",
    "/admin/vip/grant/give/",
    "/admin/vip/grant/revoke/",
    "/admin/vip/report/?period=months",
    "/admin/password_change/",
    "/admin/auth/user/add/",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, valkey_url: str) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REDIS_URL", valkey_url)
        folder = tmp_path_factory.mktemp("site")
        with running_site(folder, "-m", "tests.browser.echo_bot") as site:
            site.manage("load_demo")
            site.manage("backup")
            yield site


def _log_in(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/admin/")
    page.fill("[name=username]", USERNAME)
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    page.wait_for_url("**/admin/")


def _list_pages(page: Page) -> list[str]:
    """What the navigation leads to, and from each list the first of its rows."""
    links = page.locator("#nav-sidebar-apps a").evaluate_all("all => all.map(a => a.pathname)")
    lists = [link for link in links if link.startswith("/admin/")]
    rows = []
    for link in lists:
        page.goto(link)
        first = page.locator("#result_list a[href*='/change/']").first
        if first.count():
            rows.append(first.evaluate("a => a.pathname"))
    return list(dict.fromkeys([*lists, *rows, *ALSO]))


@pytest.mark.parametrize(("viewport", "scheme"), SCREENS)
def test_no_page_complains_or_is_wider_than_its_screen(
    site: Site, chromium: Browser, viewport: dict, scheme: str
) -> None:
    context = chromium.new_context(viewport=viewport, color_scheme=scheme, base_url=site.url)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda line: (
            complaints.append(f"{page.url}: {line.text}") if line.type == "error" else None
        ),
    )
    _log_in(page, site)
    pages = _list_pages(page)

    for url in pages:
        answer = page.goto(url)
        assert answer is not None and answer.status == 200, url
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > viewport["width"]:
            complaints.append(f"{url}: {width} pixels wide")

    context.close()
    assert len(pages) > 25
    assert complaints == []


def test_a_phone_shows_the_name_of_the_page_whole(site: Site, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=site.url)
    page = context.new_page()
    _log_in(page, site)

    for url, name in [("/admin/accounts/member/", "Members"), ("/admin/points/entry/", "Entries")]:
        page.goto(url)
        shown = page.locator("#header-inner h1 > :visible")

        expect(shown).to_have_text([name])
        assert shown.evaluate("name => name.scrollWidth <= name.clientWidth + 1"), name
    context.close()


def test_the_home_page_draws_its_charts(site: Site, chromium: Browser) -> None:
    context = chromium.new_context(base_url=site.url)
    page = context.new_page()
    _log_in(page, site)

    expect(page.locator("canvas.chart")).to_have_count(len(list_charts()))
    drawn = page.locator("canvas.chart").evaluate_all(
        "all => all.map(canvas => Chart.getChart(canvas).data.datasets[0].data.length)"
    )
    page.locator("details.th-details summary").first.click()

    assert drawn == [30] * len(list_charts())
    expect(page.locator("details.th-details table").first).to_be_visible()
    context.close()


def test_staff_ban_a_member_from_his_page(site: Site, chromium: Browser) -> None:
    context = chromium.new_context(base_url=site.url)
    page = context.new_page()
    _log_in(page, site)
    page.goto("/admin/accounts/member/?q=amelia")
    page.locator("#result_list a", has_text="Amelia").first.click()

    page.locator(".th-buttons a", has_text="Ban").click()
    page.fill("[name=reason]", "Spam")
    page.locator("button", has_text="Ban").click()

    expect(page.locator(".th-badge", has_text="Banned")).to_be_visible()
    expect(page.locator("section[aria-label=Audit]")).to_contain_text("Banned")
    context.close()
