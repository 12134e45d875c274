"""The built site in a real browser: found by its search, drawn, private, and usable by everyone."""

import pytest
from site_in_chromium import PHONE, SITE

LESSON = "notebooks/02_finite_differences.html"
PAGES = [path.relative_to(SITE).as_posix() for path in (SITE / "notebooks").rglob("*.html")]
PAGES += ["index.html", "reference.html", "reference/mlp_lab.network.html"]


def test_a_search_finds_a_term_and_leads_to_it(page):
    found = page()
    found.goto("/search.html?q=Jacobian")
    first = found.locator("ul.search li a").first
    first.wait_for(timeout=10_000)
    assert found.locator("ul.search a[href*='01_activations']").count() > 0
    first.click()
    assert "jacobian" in found.locator("article").inner_text().lower()
    assert found.left == []


def test_formulas_are_drawn_with_fonts_from_here(page):
    lesson = page()
    for path in [path for path in PAGES if path.startswith("notebooks/0")]:
        lesson.goto(f"/{path}")
        if lesson.locator(".math").count() == 0:
            continue
        # attached, not visible: the last may be in a folded solution
        lesson.locator("mjx-container").last.wait_for(state="attached", timeout=10_000)
        assert lesson.locator("mjx-container").first.bounding_box()["height"] > 5
        assert lesson.locator("mjx-merror").count() == 0, path
        # a command that MathJax does not know stays in the text that screen readers get
        spoken = lesson.locator("mjx-assistive-mml").all_text_contents()
        assert spoken
        assert not [text for text in spoken if "\\" in text], path
    fonts = "() => document.fonts.ready.then(f => [...f].filter(x => x.status === 'error').length)"
    assert lesson.evaluate(fonts) == 0
    assert lesson.left == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_asks_elsewhere_or_is_wider_than_a_phone(page, scheme):
    phone = page(viewport=PHONE, color_scheme=scheme)
    for path in PAGES:
        phone.goto(f"/{path}", wait_until="load")
        assert phone.evaluate("document.documentElement.dataset.theme") == scheme
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    assert phone.left == []


CUT = """() => [...document.querySelectorAll("article *:not(.math, .math *)")].filter(
    (part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0
        && getComputedStyle(part).overflowX === "hidden"
).map((part) => part.outerHTML.slice(0, 200))"""
TOO_WIDE = """() => [...document.querySelectorAll("article div.cell_input pre")].filter(
    (code) => code.scrollWidth > code.clientWidth
).map((code) => code.textContent)"""


@pytest.mark.parametrize("width", [PHONE["width"], 1440])
def test_nothing_is_cut_off_without_a_way_to_scroll(page, width):
    opened = page(viewport={"width": width, "height": 900})
    for path in PAGES:
        opened.goto(f"/{path}", wait_until="load")
        assert opened.evaluate("document.documentElement.scrollWidth") <= width, path
        assert opened.evaluate(CUT) == [], path
        if width == 1440:
            assert opened.evaluate(TOO_WIDE) == [], path


def test_a_figure_grows_to_its_own_size_when_it_is_tapped_and_back(page):
    phone = page(viewport=PHONE)
    phone.goto("/notebooks/08_bug_museum.html", wait_until="load")
    button = phone.locator("div.cell_output button.figure").first
    button.wait_for()
    drawn, whole = (
        "(e) => e.firstChild.clientWidth",
        button.evaluate("e => e.firstChild.naturalWidth"),
    )
    assert button.evaluate(drawn) <= PHONE["width"] < whole
    button.click()
    assert button.evaluate(drawn) == whole
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    button.click()
    assert button.evaluate(drawn) <= PHONE["width"]


def test_a_folded_cell_is_a_closed_line_with_its_title_above_its_figure(page):
    opened = page()
    for path in [path for path in PAGES if path.startswith("notebooks/0")]:
        opened.goto(f"/{path}", wait_until="load")
        for folded in opened.locator("div.cell:has(> details.hide)").all():
            line = folded.locator("summary")
            title = line.inner_text().strip()
            assert title, path
            assert not title.startswith("Show code"), path  # the theme's own words
            assert line.bounding_box()["height"] < 60
            assert not folded.locator("details pre").is_visible()
            for figure in folded.locator("img").all():
                assert figure.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["index.html", LESSON, *PAGES[-2:], "search.html", *PAGES[:1]])
def test_no_serious_barrier(page, path, scheme):
    from axe_playwright_python.sync_playwright import Axe

    opened = page(color_scheme=scheme)
    opened.goto(f"/{path}", wait_until="load")
    violations = Axe().run(opened).response["violations"]
    grave = [v for v in violations if v["impact"] in ("serious", "critical")]
    assert not grave, [(v["id"], v["nodes"][0]["html"]) for v in grave]


def test_the_edition_without_a_server_opens_a_lesson(page):
    lite = page()
    lite.goto("/lite/lab/index.html?path=notebooks/02_finite_differences.ipynb")
    title = lite.locator(".jp-Notebook h1").first
    title.wait_for(timeout=60_000)
    assert "Check a derivative" in title.inner_text()
    assert lite.locator(".jp-Notebook img[alt]").first.get_attribute("alt")
    # Python itself comes from Pyodide's network, and nothing from anywhere else
    assert all(url.startswith("https://cdn.jsdelivr.net/pyodide/") for url in lite.left)
