"""The way through the site: front page, lessons and how to run them, marks, search, no dead end."""

import re

import pytest
from site_in_chromium import LAPTOP, LESSONS, PHONE


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, LAPTOP])
def test_the_front_page_shows_every_lesson_and_starts_with_the_first(page, size, scheme):
    front = page(viewport=size, color_scheme=scheme)
    front.goto("/index.html")
    start = front.get_by_role("link", name="Start with lesson 00")
    assert start.bounding_box()["y"] < size["height"]  # seen without scrolling
    cards = front.locator(".lesson-cards a")
    assert cards.count() == len(LESSONS)
    lefts = set()
    for card in cards.all():
        card.scroll_into_view_if_needed()
        box = card.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]
        lefts.add(box["x"])
        picture = card.locator("img")
        picture.evaluate("picture => picture.decode()")
        assert picture.bounding_box()["height"] > 50
    assert (len(lefts) == 1) == (size == PHONE)  # columns where there is room

    start.click()
    assert front.url.endswith(LESSONS[0])
    assert front.left == front.unanswered == []


def test_every_part_of_a_card_leads_to_its_lesson(page):
    front = page()
    front.goto("/index.html")
    for part in ("img", ".name", ".question", ".minutes"):
        front.locator(".lesson-cards li").nth(3).locator(part).click()
        assert front.url.endswith(LESSONS[3])
        front.go_back()


def test_the_front_page_weighs_less_than_a_megabyte_with_all_its_pictures(page):
    front = page(viewport={"width": 1440, "height": 10_000})  # lazy pictures load, too
    sizes = []
    front.on("response", lambda got: sizes.append(len(got.body())))
    front.goto("/index.html", wait_until="networkidle")
    assert front.evaluate("[...document.images].every((picture) => picture.complete)")
    assert sum(sizes) < 1_000_000


def test_a_mark_is_kept_shown_and_forgotten(page):
    lesson = page()
    lesson.goto(f"/{LESSONS[2]}")
    mark = lesson.get_by_role("button", name="Mark this lesson as done")
    forget = lesson.get_by_role("button", name="Forget all marks")
    assert mark.get_attribute("aria-pressed") == "false"
    assert not forget.is_visible()
    mark.focus()
    lesson.keyboard.press("Enter")
    assert lesson.locator(".progress").get_by_role("status").inner_text() == "Lesson 02 is done."
    lesson.reload()
    assert mark.get_attribute("aria-pressed") == "true"
    in_sidebar = lesson.locator(".sidebar-tree a", has_text="done")
    assert [link.inner_text()[:2] for link in in_sidebar.all()] == ["02"]

    lesson.goto("/index.html")
    assert re.match(
        r"02 .*\sdone$", lesson.locator(".lesson-cards a:has(.done)").inner_text(), re.S
    )
    lesson.get_by_role("link", name="Go on with lesson 03").click()
    assert lesson.url.endswith(LESSONS[3])
    lesson.go_back()
    forget.click()
    assert lesson.locator(".done").count() == 0
    assert lesson.get_by_role("link", name="Start with lesson 00").is_visible()
    assert not lesson.locator(".progress").is_visible()
    assert lesson.evaluate("localStorage.getItem('mlp_lab.done')") is None


def test_a_mark_is_taken_back_by_the_same_button_and_nothing_is_sent(page):
    lesson = page()
    lesson.goto(f"/{LESSONS[0]}")
    mark = lesson.get_by_role("button", name="Mark this lesson as done")
    mark.scroll_into_view_if_needed()
    lesson.wait_for_load_state("networkidle")  # the pictures on the way there
    asked = []
    lesson.on("request", lambda request: asked.append(request.url))
    mark.click()
    mark.click()
    assert mark.get_attribute("aria-pressed") == "false"
    assert lesson.locator(".done").count() == 0
    assert asked == lesson.left == []


@pytest.mark.parametrize(
    ("done", "offered"),
    [
        (["04"], "Go on with lesson 05"),
        (["00", "10"], "Go on with lesson 01"),
        ([f"{number:02}" for number in range(len(LESSONS))], "Start again with lesson 00"),
    ],
)
def test_the_button_leads_to_the_next_lesson_and_then_to_what_was_left_out(page, done, offered):
    front = page()
    front.add_init_script(f"localStorage.setItem('mlp_lab.done', JSON.stringify({done}))")
    front.goto("/index.html")
    assert front.get_by_role("link", name=offered).is_visible()


def test_without_a_place_to_keep_marks_or_without_scripts_none_is_offered(page):
    refuses = page()
    refuses.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('refused'); }"
    )
    bare = page(java_script_enabled=False)
    for opened in (refuses, bare):
        opened.goto(f"/{LESSONS[0]}")
        assert not opened.locator(".progress").is_visible()
        assert opened.locator("details.run-lesson").is_visible()
        opened.goto("/index.html")
        assert not opened.locator(".progress").is_visible()
        assert opened.get_by_role("link", name="Start with lesson 00").is_visible()


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_says_how_long_it_takes_and_how_to_run_it(page, lesson):
    opened = page(viewport=PHONE)
    opened.goto(f"/{lesson}")
    block = opened.locator("details.run-lesson")
    minutes = opened.locator("article p", has_text=re.compile(r"^Time \d+ minutes")).first
    title = opened.locator("h1")
    assert title.bounding_box()["y"] < minutes.bounding_box()["y"] < block.bounding_box()["y"]
    assert not block.locator("a").first.is_visible()  # one line, until it is opened
    block.locator("summary").click()
    assert block.locator("dt").all_inner_texts() == [
        "On Binder", "In Colab", "In your browser alone", "On your computer",
        "The notebook as a file",
    ]  # fmt: skip
    assert "python3 start.py lab" in block.inner_text()
    assert "larger than a phone" in block.inner_text()
    with opened.expect_download() as download:
        block.get_by_text("The notebook as a file").click()
    assert download.value.suggested_filename == lesson.split("/")[1].replace("html", "ipynb")
    assert opened.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_next_and_previous_lead_through_all_lessons_in_their_order(page):
    opened = page()
    opened.goto("/index.html")
    for lesson in LESSONS:
        opened.locator("a.next-page").click()
        assert opened.url.endswith(lesson)
    for lesson in [*LESSONS[-2::-1], "index.html"]:
        opened.locator("a.prev-page").click()
        assert opened.url.endswith(lesson)


def test_the_contents_of_a_lesson_are_reached_on_a_phone(page):
    phone = page(viewport=PHONE)
    phone.goto(f"/{LESSONS[1]}")
    link = phone.locator(".toc-tree a").last
    assert not link.is_visible() or link.bounding_box()["x"] >= PHONE["width"]
    phone.locator("header label[for=__toc]").click()
    link.click()
    assert "#" in phone.url
    assert not link.is_visible()  # the drawer is closed, or it would lie on the text


@pytest.mark.parametrize("name", ["All pages", "Contents of this page"])
def test_keys_open_and_close_a_drawer_and_do_not_get_lost_in_a_closed_one(page, name):
    narrow = page(viewport=PHONE)
    narrow.goto(f"/{LESSONS[1]}")
    drawer = narrow.locator(".sidebar-drawer" if name == "All pages" else ".toc-drawer")
    label = narrow.locator("header").get_by_role("button", name=name)
    link = drawer.locator("a").last
    assert not link.is_visible()
    label.press("Enter")
    link.wait_for()
    assert label.get_attribute("aria-expanded") == "true"
    assert narrow.evaluate("document.activeElement.closest('aside') !== null")
    narrow.keyboard.press("Escape")
    link.wait_for(state="hidden")
    assert label.get_attribute("aria-expanded") == "false"


@pytest.mark.parametrize("word", ["saturated", "momentum", "dropout"])
def test_each_result_of_a_search_shows_a_sentence(page, word):
    found = page()
    found.goto(f"/search.html?q={word}", wait_until="networkidle")
    taught = found.locator("ul.search li", has=found.locator("a[href^='notebooks/0']"))
    assert taught.count() > 1
    shown = [result.locator("p.context").inner_text() for result in taught.all()]
    for sentence in shown:
        assert "Run this lesson" not in sentence
        assert not sentence.startswith("...")
    whole = [sentence for sentence in shown if re.search(r"[.?!][”\")]*$", sentence)]
    assert len([sentence for sentence in whole if word[:6] in sentence.lower()]) > 1
    assert found.unanswered == []


@pytest.mark.parametrize("path", ["", "search.html", "reference.html", *LESSONS])
def test_every_request_of_a_page_is_answered_its_icon_too(page, path):
    opened = page()
    opened.goto(f"/{path}", wait_until="networkidle")
    icon = opened.locator("link[rel~=icon]").get_attribute("href")
    drawn = "(address) => Object.assign(new Image(), { src: address }).decode()"
    opened.evaluate(drawn, icon)
    assert opened.unanswered == []


@pytest.mark.parametrize("lesson", [LESSONS[0], LESSONS[8]])
def test_every_request_of_the_browser_edition_is_answered(page, lesson):
    lite = page()
    lite.goto(f"/lite/lab/index.html?path={lesson.replace('html', 'ipynb')}", wait_until="commit")
    assert lite.evaluate("!!document.querySelector('link[rel=icon]')")
    lite.locator(".jp-Notebook h1").first.wait_for(timeout=60_000)
    lite.locator(".jp-Notebook img[src^='data:image/svg']").first.wait_for(timeout=60_000)
    assert lite.unanswered == []
    # Python itself comes from Pyodide's network, which is closed here: that is all that may fail
    closed = ("ERR_FAILED", "https://cdn.jsdelivr.net/pyodide/")
    assert [line for line in lite.complaints if not any(part in line for part in closed)] == []
