"""The built site, served on this machine, in a real browser."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from lab_in_chromium import CHROMIUM_FLAGS, ROOT, find_chromium

SITE = ROOT / "build" / "site"
PHONE = {"width": 390, "height": 844}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def address():
    assert (SITE / "index.html").exists(), "build the site first: python tools/site.py"
    handler = partial(Quiet, directory=SITE)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser():
    chromium = find_chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)


@pytest.fixture
def page(browser, address):
    """Opens a page, whose `left` has the requests that would leave this machine.

    Its `missing` has those that the site does not answer.
    """

    def open_page(**options):
        opened = browser.new_context(
            base_url=address, reduced_motion="reduce", **options
        ).new_page()
        opened.left, opened.missing = [], []
        opened.on("response", lambda got: got.status >= 400 and opened.missing.append(got.url))
        opened.route(
            lambda url: not url.startswith((address, "data:", "blob:")),
            lambda route: (opened.left.append(route.request.url), route.abort()),
        )
        return opened

    return open_page
