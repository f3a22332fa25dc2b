"""A fan takes their data along and leaves, with and without scripts; a stranger's mail link stops it."""

import zipfile

from playwright.sync_api import expect

from accounts.models import Departure
from tests.accounts.ways import link_in_mail
from tests.factories import PASSWORD


def test_taking_data_along_leaving_and_staying(any_page, open_page, enter, author, faults, tmp_path):
    page = enter(any_page, author)
    page.goto("/settings/")
    page.get_by_role("link", name="Your data").click()
    page.get_by_role("button", name="Pack my data").click()
    expect(page.get_by_text("Your data is ready.")).to_be_visible()
    # The password comes first; then the file.
    page.goto("/settings/data/leave/")
    page.get_by_label("Take away what I wrote").check()
    page.get_by_label("Your user name, to be sure").fill("author")
    page.get_by_role("button", name="Leave in 14 days").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("What you wrote goes with it.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Fetch it").click()
    download.value.save_as(tmp_path / "data.zip")
    assert "account.json" in zipfile.ZipFile(tmp_path / "data.zip").namelist()
    elsewhere = open_page()
    elsewhere.goto(link_in_mail("stay"))
    elsewhere.get_by_role("button", name="Stop it").click()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("You stay")
    assert not Departure.objects.exists()
