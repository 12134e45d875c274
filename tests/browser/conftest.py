"""The built site, served to a real browser that reports what would leave this machine."""

import pytest
from lab_in_chromium import CHROMIUM_FLAGS, find_chromium
from site_in_chromium import served_site


@pytest.fixture(scope="module")
def address():
    with served_site() as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    chromium = find_chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)


@pytest.fixture
def page(browser, address):
    """Opens a page, and lists what went wrong on it.

    `left` has the requests that would leave this machine, `unanswered` those that the site does not
    know, `complaints` what the console calls errors.
    """
    contexts = []

    def open_page(**options):
        contexts.append(browser.new_context(base_url=address, reduced_motion="reduce", **options))
        opened = contexts[-1].new_page()
        opened.left, opened.unanswered, opened.complaints = [], [], []
        opened.route(
            lambda url: not url.startswith((address, "data:", "blob:")),
            lambda route: (opened.left.append(route.request.url), route.abort()),
        )
        opened.on("response", lambda got: got.status < 400 or opened.unanswered.append(got.url))
        opened.on("console", lambda m: m.type == "error" and opened.complaints.append(m.text))
        opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
        return opened

    yield open_page
    for context in contexts:
        context.close()
