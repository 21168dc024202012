"""The members of a store in a browser: the table comes back, and the same page goes on."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from portal import clock
from portal.files.exports import write_csv
from tests.browser.test_offline import log_in
from tests.portal.people_kit import equip

pytestmark = pytest.mark.browser


@pytest.fixture
def table(tmp_path):
    """Thirty members, each of whom bought once."""
    day = clock.today("Asia/Shanghai")
    rows = [[f"{at}", (day - timedelta(days=at)).isoformat(), "10"] for at in range(30)]
    path = tmp_path / "members.csv"
    path.write_bytes(write_csv([["会员号", "日期", "金额"], *rows]))
    return path


def test_after_the_table_was_downloaded_each_button_still_works(live, page, table):
    equip(live.app, live.world.first.people["store_manager"])
    log_in(page)
    page.goto("/advice/members/")
    page.set_input_files("[name=file]", table)
    for _time in range(2):
        with page.expect_download() as download:
            page.click("[name=as_table]")
        assert download.value.suggested_filename == "members.xlsx"
    page.click("#form button.btn-primary")
    expect(page.locator("#h-found")).to_contain_text("30")
