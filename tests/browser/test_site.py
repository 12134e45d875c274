"""The built site in a real browser: found by its search, drawn, private, and nothing is cut."""

import re

import pytest
from site_in_chromium import LAPTOP, LESSONS, PAGES, PHONE


@pytest.mark.parametrize("words", ["softmax", "learning rate", "momentum"])
def test_the_first_result_of_a_search_is_a_lesson(page, words):
    found = page()
    found.goto(f"/search.html?q={words}")
    first = found.locator("ul.search li a").first
    first.wait_for(timeout=10_000)
    assert re.match(r"notebooks/\d", first.get_attribute("href"))


def test_a_search_finds_a_term_and_leads_to_it(page):
    found = page()
    found.goto("/search.html?q=Jacobian")
    first = found.locator("ul.search li a").first
    first.wait_for(timeout=10_000)
    assert found.locator("ul.search a[href*='01_activations']").count() > 0
    first.click()
    assert "jacobian" in found.locator("article").inner_text().lower()
    assert found.left == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_formulas_are_drawn_with_a_font_from_here(page, scripts):
    lesson = page(java_script_enabled=scripts)
    answered = []
    lesson.on("response", lambda response: answered.append((response.url, response.status)))
    formulas = 0
    for path in LESSONS:
        lesson.goto(f"/{path}", wait_until="load")
        for formula in lesson.locator("math:visible").all():
            assert formula.bounding_box()["height"] > 5, path
            formulas += 1
        # also in folded solutions; what could not be converted stays as a command
        text = " ".join(lesson.locator("math").all_text_contents())
        assert "\\" not in text, path
        assert "&" not in text, path
    assert formulas > 100
    assert any(url.endswith("stix_two_math.woff") and status == 200 for url, status in answered)
    assert lesson.left == []


PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(19, 20, 22)"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_asks_elsewhere_or_is_wider_than_a_phone(page, scheme):
    phone = page(viewport=PHONE, color_scheme=scheme)
    for path in PAGES:
        phone.goto(f"/{path}", wait_until="load")
        paper = phone.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == PAPER[scheme], path
        assert phone.evaluate(WIDER) == [], path
    assert phone.left == []


# the theme lets its column of text scroll sideways: then a page that is too wide does not say so
WIDER = """() => [document.documentElement, document.querySelector(".content")].filter(
    (part) => part.scrollWidth > part.clientWidth
).map((part) => [part.className, part.scrollWidth])"""
CUT = """() => [...document.querySelectorAll("article *:not(.math, .math *)")].filter(
    (part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0
        && getComputedStyle(part).overflowX === "hidden"
).map((part) => part.outerHTML.slice(0, 200))"""
TOO_WIDE = """() => [...document.querySelectorAll("article div.cell_input pre")].filter(
    (code) => code.scrollWidth > code.clientWidth
).map((code) => code.textContent)"""


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_nothing_is_cut_off_without_a_way_to_scroll(page, size):
    opened = page(viewport=size)
    for path in PAGES:
        opened.goto(f"/{path}", wait_until="load")
        assert opened.evaluate(WIDER) == [], path
        assert opened.evaluate(CUT) == [], path
        if size == LAPTOP:
            assert opened.evaluate(TOO_WIDE) == [], path


BROKEN_CODE = """() => [...document.querySelectorAll("article td code")].filter(
    (code) => code.getClientRects().length > 1
).map((code) => code.textContent)"""


def test_a_name_of_the_code_stays_whole_in_a_table(page):
    phone = page(viewport=PHONE)
    for path in LESSONS:
        phone.goto(f"/{path}", wait_until="load")
        assert phone.evaluate(BROKEN_CODE) == [], path


def test_a_figure_grows_to_its_own_size_when_it_is_tapped_and_back(page):
    phone = page(viewport=PHONE)
    phone.goto("/notebooks/08_bug_museum.html", wait_until="load")
    phone.locator("div.cell_output img").first.scroll_into_view_if_needed()
    button = phone.locator("div.cell_output .enlargeable > button").first
    button.wait_for()
    drawn, whole = (
        "(e) => e.firstChild.clientWidth",
        button.evaluate("e => e.firstChild.naturalWidth"),
    )
    assert button.evaluate(drawn) <= PHONE["width"] < whole
    button.click()
    assert button.evaluate(drawn) == whole
    assert button.get_attribute("aria-pressed") == "true"
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    button.click()
    assert button.evaluate(drawn) <= PHONE["width"]


def test_a_folded_cell_is_a_closed_line_with_its_title_above_its_figure(page):
    opened = page()
    for path in LESSONS:
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


def test_the_edition_without_a_server_opens_a_lesson(page):
    lite = page()
    lite.goto("/lite/lab/index.html?path=notebooks/02_finite_differences.ipynb")
    title = lite.locator(".jp-Notebook h1").first
    title.wait_for(timeout=60_000)
    assert "Check a derivative" in title.inner_text()
    assert lite.locator(".jp-Notebook img[alt]").first.get_attribute("alt")
    # Python itself comes from Pyodide's network, and nothing from anywhere else
    assert all(url.startswith("https://cdn.jsdelivr.net/pyodide/") for url in lite.left)
