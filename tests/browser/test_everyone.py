"""The site is for everyone: screen readers, small screens, slow lines, paper, and no scripts."""

import io

import pytest
from site_in_chromium import LAPTOP, LESSONS, PAGES, PHONE

SIZES = {"phone": PHONE, "laptop": LAPTOP}
LESSON = "notebooks/01_activations.html"
MOST_BYTES = 1_000_000


@pytest.fixture
def axe():
    from axe_playwright_python.sync_playwright import Axe

    return Axe()


@pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("laptop", "light")])
def test_no_serious_barrier(page, axe, size, scheme):
    opened = page(color_scheme=scheme, viewport=SIZES[size])
    others = ["index.html", "reference.html", "reference/mlp_lab.network.html", "search.html"]
    for path in [*LESSONS, *others, *PAGES[:1], *[p for p in PAGES if "assignment" in p][:2]]:
        opened.goto(f"/{path}", wait_until="load")
        violations = axe.run(opened).response["violations"]
        grave = [v for v in violations if v["impact"] in ("serious", "critical")]
        assert not grave, (path, [(v["id"], v["nodes"][0]["html"]) for v in grave])


SHIFT = """() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => {
        list.getEntries().forEach((shift) => (sum += shift.value));
    }).observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(sum), 300);
})"""
SMALL = """() => [...document.querySelectorAll("button, article summary")].filter((target) => {
    const {width, height} = target.getBoundingClientRect();
    return target.checkVisibility() && Math.min(width, height) < 24;
}).map((target) => target.outerHTML.slice(0, 200))"""


def test_on_a_phone_nothing_jumps_and_a_finger_hits_every_button(page):
    phone = page(viewport=PHONE, has_touch=True)
    for path in LESSONS:
        phone.goto(f"/{path}", wait_until="load")
        assert phone.evaluate(SHIFT) < 0.1, path  # what Lighthouse calls good
        assert phone.evaluate(SMALL) == [], path


READ_ON = """async () => {
    while (scrollY + innerHeight < document.documentElement.scrollHeight - 1) {
        scrollBy({top: innerHeight, behavior: "instant"});
        await new Promise((done) => setTimeout(done, 50));
    }
}"""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_read_to_its_end_weighs_at_most_a_megabyte(page, address, path):
    opened = page(viewport=PHONE)
    answers = []
    opened.on("response", lambda answer: answers.append(answer))
    opened.goto(f"/{path}", wait_until="load")
    opened.evaluate(READ_ON)
    opened.wait_for_load_state("networkidle")

    ours = [answer for answer in answers if answer.url.startswith(address)]
    weights = {answer.url.removeprefix(address): len(answer.body()) for answer in ours}
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:5]
    print(path, sum(weights.values()), heaviest)  # pytest -rA shows it
    assert opened.unanswered == opened.complaints == []
    assert sum(weights.values()) <= MOST_BYTES, heaviest
    if path != "search.html":
        assert not [url for url in weights if "searchindex" in url]


def solutions(page):
    return page.locator("article details:not(.hide)")


def test_without_scripts_everything_can_be_read_and_followed(page):
    reader = page(java_script_enabled=False)
    reader.goto(f"/{LESSONS[0]}", wait_until="load")
    for lesson, next_one in zip(LESSONS, [*LESSONS[1:], None], strict=True):
        assert reader.url.endswith(lesson)
        for picture in reader.locator("article img").all():
            assert picture.evaluate("picture => picture.complete && picture.naturalWidth > 0")
        for folded in (reader.locator("article details").first, solutions(reader).last):
            folded.locator("summary").click()
            assert folded.locator("> :nth-child(2)").is_visible()
        if next_one:
            reader.locator("a.next-page").click()
            reader.locator("a.prev-page").click()
            reader.locator("a.next-page").click()


def test_a_lesson_on_paper_has_its_solutions_and_its_links_addresses(page):
    from pypdf import PdfReader

    lesson = page()
    lesson.goto(f"/{LESSON}", wait_until="load")
    links = lesson.locator("article a[href^='http']:not(.run-lesson *)")
    addresses = {link.get_attribute("href") for link in links.all()}
    answers = solutions(lesson).locator("> p:not(:has(math))").all_text_contents()
    headings = lesson.locator("article h2").evaluate_all("all => all.map(h => h.firstChild.data)")
    pdf = lesson.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "15mm"))
    sheets = PdfReader(io.BytesIO(pdf)).pages
    pages = [sheet.extract_text() for sheet in sheets]
    paper = "".join("".join(pages).split())

    assert 5 < len(pages) < 25
    assert sum(len(sheet.images) for sheet in sheets) == lesson.locator(".cell_output img").count()
    for text in [*addresses, *answers]:
        assert "".join(text.split()) in paper, text
    assert "Onthispage" not in paper
    assert "Assignment01" not in paper  # the menu
    for text in pages:
        assert text.strip().splitlines()[-1] not in headings, "a heading parted from its text"
