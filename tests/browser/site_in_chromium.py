"""The built site for the browser's tests: where it is, and which pages it has."""

from lab_in_chromium import ROOT

SITE = ROOT / "build" / "site"
LESSONS = [f"notebooks/{path.stem}.html" for path in sorted(ROOT.glob("notebooks/*.ipynb"))]
PAGES = [
    path.relative_to(SITE).as_posix()
    for part in ("", "reference", "notebooks", "notebooks/assignments/**")
    for path in sorted(SITE.glob(f"{part}/*.html".lstrip("/")))
]
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
