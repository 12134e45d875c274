"""The interactive figures on the built site: they answer without a kernel, and as NumPy does."""

import base64
import io
import json
from itertools import pairwise

import numpy as np
import pytest
from lab_in_chromium import NOTEBOOKS
from operate import ANSWER, N_FIGURES, draw_a_seven, expect_status, ink, operate_all
from PIL import Image
from site_in_chromium import LAPTOP, PHONE, SITE

from mlp_lab import MLP
from mlp_lab.data.augment import Distortion
from mlp_lab.figures.activation_cloud import activation_cloud
from mlp_lab.figures.center_digit import center_digit
from mlp_lab.figures.descent_paths import descent_paths
from mlp_lab.figures.difference_errors import difference_errors
from mlp_lab.figures.distorted_digits import distorted_digits, mosaic
from mlp_lab.figures.elastic_field import elastic_field
from mlp_lab.figures.widgets import _answer as in_words

LIVE = SITE / "_static" / "live"
FIGURE = ".mlp-live"
PAUSE = 300
"""Milliseconds in which what should not happen could."""
SIZES = {"phone": PHONE, "laptop": LAPTOP}


def address_of(path):
    return f"/notebooks/{path.stem}.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_control_of_a_lesson_moves_its_picture_and_its_status(page, path, size, scheme):
    opened = page(viewport=SIZES[size], color_scheme=scheme)
    opened.goto(address_of(path), wait_until="load")

    assert opened.locator(".mlp-lab").count() == N_FIGURES.get(path.stem[:2], 0)
    operate_all(opened)
    if opened.locator(".mlp-lab-pad").count():
        use_the_pad(opened)
    too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not opened.evaluate(too_wide)
    assert opened.left == opened.unanswered == opened.complaints == []


def use_the_pad(opened):
    """Draw with the mouse and with keys."""
    assert ink(opened) > 0, "the digit that the lesson drew is not on the pad"
    draw_a_seven(opened)
    expect_status(opened, "reads a 7")
    pad = opened.locator(".mlp-lab-pad")
    pad.press("Delete")
    expect_status(opened, "The pad is empty")
    widths = "bars => bars.map((bar) => bar.style.width)"
    assert set(opened.locator(".mlp-lab-bar").evaluate_all(widths)) == {"0%"}
    for key, times in (("ArrowLeft", 4), (" ", 1), ("ArrowRight", 8), ("ArrowDown", 10)):
        for _ in range(times):
            pad.press(key)
    expect_status(opened, "reads a ")


def test_a_tap_on_clear_counts_right_after_a_quick_stroke(page):
    phone = page(viewport=PHONE, has_touch=True, is_mobile=True)
    phone.goto(address_of(NOTEBOOKS[7]), wait_until="load")
    pad = phone.locator(".mlp-lab-pad")
    pad.scroll_into_view_if_needed()
    touch = phone.context.new_cdp_session(phone)

    def send(kind, element, x, y):
        box = element.bounding_box()
        point = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
        points = [] if kind == "touchEnd" else [point]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for number, angle in enumerate(np.linspace(0, 13, 40)):  # still moving when it is lifted
        x, y = 0.5 + 0.35 * np.cos(angle), 0.5 + 0.35 * np.sin(angle)
        send("touchMove" if number else "touchStart", pad, x, y)
        phone.wait_for_timeout(6)
    send("touchEnd", pad, 0, 0)
    assert ink(phone) > 0
    phone.wait_for_timeout(PAUSE)
    for kind in ("touchStart", "touchEnd"):
        send(kind, phone.get_by_role("button", name="Clear"), 0.5, 0.5)
        phone.wait_for_timeout(50)
    expect_status(phone, "The pad is empty")
    assert ink(phone) == 0


def test_ink_and_bars_are_seen_in_a_forced_palette(page):
    opened = page(forced_colors="active")
    opened.goto(address_of(NOTEBOOKS[7]), wait_until="load")
    colour = "part => getComputedStyle(part).backgroundColor"
    paper, bar = (
        opened.locator(f".mlp-lab-{part}").first.evaluate(colour) for part in ("pad", "bar")
    )
    assert paper == "rgb(246, 244, 238)"
    assert bar == "rgb(63, 144, 218)"


SABOTAGE = {
    "unwired": ("live/LiveFigure.js", "model.save_changes()", ""),
    "not redrawn": ("live/recorded.js", "{ png: pngOf(canvas), status, alt }", "{ status, alt }"),
}


@pytest.mark.parametrize("kind", SABOTAGE)
def test_a_figure_that_does_not_answer_is_noticed(page, kind):
    file, working, broken = SABOTAGE[kind]
    script = (SITE / "_static" / file).read_text(encoding="utf-8")
    assert working in script
    opened = page()
    opened.route(
        f"**/{file}",
        lambda route: route.fulfill(
            body=script.replace(working, broken), content_type="text/javascript"
        ),
    )
    opened.goto(address_of(NOTEBOOKS[1]), wait_until="load")
    with pytest.raises(AssertionError, match="picture did not change"):
        operate_all(opened)


def test_nothing_is_loaded_for_a_figure_before_it_is_touched(page):
    opened = page()
    states = f"/live/{NOTEBOOKS[1].stem}_0/"
    asked = []
    opened.on("request", lambda request: states in request.url and asked.append(request.url))
    slider, status = first_slider(opened)
    slider.scroll_into_view_if_needed()
    opened.wait_for_timeout(PAUSE)
    assert asked == []
    with opened.expect_request("**/states.json"):  # on its way there
        slider.hover()
    slider.press("ArrowRight")
    status.filter(has_text="centre 1").wait_for(timeout=ANSWER)
    opened.wait_for_timeout(PAUSE)
    assert 2 < len(asked) < 20  # of 288 pictures


def first_slider(opened):
    opened.goto(address_of(NOTEBOOKS[1]), wait_until="load")
    figure = opened.locator(FIGURE)
    return figure.get_by_role("slider").first, figure.get_by_role("status")


def test_a_reader_without_a_connection_is_told_and_can_try_again(page):
    opened = page()
    slider, status = first_slider(opened)
    opened.route("**/states.json", lambda route: route.abort())
    slider.press("ArrowRight")
    status.filter(has_text="could not be loaded").wait_for(timeout=ANSWER)
    opened.unroute("**/states.json")
    slider.press("ArrowRight")
    status.filter(has_text="centre 2").wait_for(timeout=ANSWER)


def test_of_two_answers_the_one_to_the_newest_question_stays(page):
    opened = page()
    slider, status = first_slider(opened)
    slider.press("ArrowRight")
    status.filter(has_text="centre 1").wait_for(timeout=ANSWER)
    opened.wait_for_timeout(PAUSE)
    held = []
    opened.route("**/*.webp", lambda route: held.append(route))
    slider.fill("8")  # far off: those beside it are there already
    opened.wait_for_timeout(PAUSE)
    late = list(held)
    assert late, "the picture was there at once: the test holds nothing back"
    opened.unroute("**/*.webp")
    slider.fill("0")
    status.filter(has_text="centre -4").wait_for(timeout=ANSWER)
    with opened.expect_request_finished(lambda request: request.url == late[0].request.url):
        for route in late:
            route.continue_()
    opened.wait_for_timeout(PAUSE)
    assert "centre -4" in status.inner_text()


def open_figure(opened, lesson, number=0):
    """Open a lesson; return what its page says of a figure, its folder, and its arrays."""
    path = next(path for path in NOTEBOOKS if path.stem.startswith(lesson))
    source = (SITE / "notebooks" / f"{path.stem}.html").read_text(encoding="utf-8")
    start = '<script type="application/json">'
    text = source.split(start)[1 + number].split("</script>")[0]
    opened.goto(address_of(path), wait_until="load")
    figure, folder = json.loads(text), LIVE / f"{path.stem}_{number}"
    arrays = read_arrays(folder, figure["arrays"]) if "arrays" in figure else {}
    return figure, folder, arrays


def read_arrays(folder, shapes):
    """Return the numbers of `tools/live_figures.py`, as float32."""
    content = np.frombuffer((folder / "arrays.bin").read_bytes(), np.uint8).reshape(-1, 3)
    whole = np.zeros((len(content), 4), np.uint8)
    whole[:, 1:] = content
    numbers = whole.view("<i4")[:, 0] >> 8
    sizes = [int(np.prod(entry["shape"])) for entry in shapes.values()]
    parts = np.split(numbers, np.cumsum(sizes)[:-1])
    return {
        name: (part * entry["scale"]).astype(np.float32).reshape(entry["shape"])
        for (name, entry), part in zip(shapes.items(), parts, strict=True)
    }


def scribbles(n, generator):
    """Return ink of the pad, shape (n, 70, 70): strokes at random places, in all strengths."""
    down, across = np.indices((70, 70))
    for _ in range(n):
        drawn = np.zeros((70, 70))
        corners = generator.uniform(5, 65, (generator.integers(2, 5), 2))
        for begin, end in pairwise(corners):
            for way in np.linspace(0, 1, 40):
                y, x = begin + way * (end - begin)
                drawn = np.maximum(drawn, np.clip(4 - np.hypot(down - y, across - x), 0, 1))
        yield np.rint(255 * drawn).astype(np.uint8)


READ = """async ([ink, described, folder]) => {
    const { readDigit } = await import("/_static/live/pad.js");
    const traits = { ...described.traits, ink: new DataView(Uint8Array.from(ink).buffer) };
    const { answer } = readDigit(described, new URL(folder, document.baseURI));
    const { seen, probabilities, status } = await answer({ get: (name) => traits[name] });
    return [[...new Uint8Array(seen.buffer)], probabilities, status];
}"""


def network_of(arrays):
    sizes = [len(arrays["weights1"]), len(arrays["biases1"]), len(arrays["biases2"])]
    network = MLP(sizes, hidden="relu")
    network.weights[:] = arrays["weights1"], arrays["weights2"]
    network.biases[:] = arrays["biases1"], arrays["biases2"]
    return network


def test_the_pad_sees_and_reads_what_numpy_does(page):
    opened = page()
    figure, folder, arrays = open_figure(opened, "07", number=1)
    network, shape = network_of(arrays), tuple(figure["traits"]["image_shape"])
    answers = set()
    for drawn in scribbles(30, np.random.default_rng(0)):
        asked = [drawn.ravel().tolist(), figure, f"../_static/live/{folder.name}/"]
        seen, probabilities, status = opened.evaluate(READ, asked)
        wanted = center_digit(drawn, shape).astype(int)
        np.testing.assert_allclose(np.reshape(seen, shape), wanted, atol=1)
        inputs = np.array([seen], np.float32) / np.float32(255)
        np.testing.assert_allclose(probabilities, network.forward(inputs)[0], atol=1e-5)
        assert status == in_words(np.array(probabilities))
        answers.add(int(np.argmax(probabilities)))
    assert len(answers) > 3


MOSAIC = """async ([setting, shape, folder, arrays]) => {
    const { mosaic } = await import("/_static/live/distortion.js");
    const { loadArrays } = await import("/_static/live/load.js");
    const numbers = await loadArrays(new URL(folder + "arrays.bin", document.baseURI), arrays);
    return mosaic(numbers, shape, setting).map((digit) => [...digit]);
}"""


SET = """(indices) => {
    document.querySelectorAll(".mlp-live :is(input, select)").forEach((input, i) => {
        input.value = indices[i];
        input.dispatchEvent(new Event("input"));
    });
}"""
MAKE = {
    "01": lambda _: activation_cloud(),
    "02": lambda _: difference_errors(),
    "06": lambda _: descent_paths(),
    "09": lambda images: distorted_digits(images.reshape(len(images), -1), images.shape[1:]),
    "10": lambda images: elastic_field(images.reshape(len(images), -1), images.shape[1:]),
}


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")).astype(int)


@pytest.mark.parametrize("lesson", MAKE)
def test_at_any_setting_the_page_says_and_shows_what_python_does(page, lesson):
    opened = page()
    described, _, arrays = open_figure(opened, lesson)
    python = MAKE[lesson](arrays.get("images"))
    controls = described["traits"]["controls"]
    figure = opened.locator(FIGURE)
    status, picture = figure.get_by_role("status"), figure.locator("img")
    assert (status.inner_text(), picture.get_attribute("alt")) == (python.status, python.alt)
    generator = np.random.default_rng(1)
    for _ in range(15):
        positions = [int(generator.integers(len(control["values"]))) for control in controls]
        python.indices = {c["name"]: at for c, at in zip(controls, positions, strict=True)}
        opened.evaluate(SET, positions)
        status.filter(has_text=python.status).wait_for(timeout=ANSWER)
        assert (status.inner_text(), picture.get_attribute("alt")) == (python.status, python.alt)
        shown = pixels(picture.get_attribute("src").split(",")[1])
        # of 255; canvas and matplotlib do not set the edge of a pixel or of an arrow alike
        assert np.abs(shown - pixels(python.png)).mean() < (2.5 if arrays else 0.5)


def test_the_page_distorts_digits_as_python_does(page):
    opened = page()
    figure, folder, arrays = open_figure(opened, "09")
    images = arrays["images"]
    shape = images.shape[1:]
    generator = np.random.default_rng(2)
    for _ in range(15):
        setting = {
            name: float(generator.choice(values)) for name, values in figure["values"].items()
        }
        setting["image"] = int(setting["image"])
        bend = setting["bend"] * (shape[0] / 28) ** 2
        asked = [
            {**setting, "bend": bend},
            shape,
            f"../_static/live/{folder.name}/",
            figure["arrays"],
        ]
        drawn = opened.evaluate(MOSAIC, asked)
        strengths = [setting[name] for name in ("shift", "rotation", "scale")]
        distortion = Distortion(shape, *strengths, bend=bend, smoothness=setting["smoothness"])
        wanted = mosaic(images[setting["image"] - 1], distortion)
        apart = [
            wanted[row : row + shape[0], column : column + shape[1]]
            for row in range(0, len(wanted), shape[0] + 1)
            for column in range(0, wanted.shape[1], shape[1] + 1)
        ]
        np.testing.assert_allclose(np.reshape(drawn, (-1, *shape)), apart, atol=2e-3)
