"""The built site for the browser's tests: which pages it has, and served on this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from lab_in_chromium import ROOT

SITE = ROOT / "build" / "site"
LESSONS = [f"notebooks/{path.stem}.html" for path in sorted(ROOT.glob("notebooks/*.ipynb"))]
PAGES = [
    path.relative_to(SITE).as_posix()
    for part in ("", "notebooks", "notebooks/assignments/**")
    for path in sorted(SITE.glob(f"{part}/*.html".lstrip("/")))
]
# the reference has fifty pages, made alike
PAGES += [path.relative_to(SITE).as_posix() for path in sorted(SITE.glob("reference/*.html"))[::8]]
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served_site() -> Iterator[str]:
    """Serve the site; yield its address."""
    assert (SITE / "index.html").exists(), "build the site first: python tools/site.py"
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=SITE)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
