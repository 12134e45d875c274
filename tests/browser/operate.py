"""What a reader does to the interactive figures, in JupyterLab or on the site."""

from collections.abc import Callable
from typing import Any

ANSWER = 5_000
"""Milliseconds in which a picture must change; how fast it is, tests/benchmarks measures."""
CONTROL = "input[type=range], select"
N_FIGURES = dict.fromkeys(("01", "02", "03", "06", "08", "09", "10"), 1)
N_FIGURES |= dict.fromkeys(("04", "05", "07"), 2)
"""How many interactive figures a lesson has, so that none is overlooked."""


def operate(page: Any, figure: Any, act: Callable[[Any], None], control: Any) -> None:
    """Do something to an interactive figure; refuse a picture or a status line that stays."""
    from playwright.sync_api import TimeoutError as NotInTime  # here: only CI has it

    control.scroll_into_view_if_needed()
    picture, status = figure.locator("img"), figure.get_by_role("status")
    before = picture.get_attribute("src"), status.inner_text()
    act(control)
    changed = "([image, source]) => image.getAttribute('src') !== source"
    try:
        page.wait_for_function(changed, arg=[picture.element_handle(), before[0]], timeout=ANSWER)
    except NotInTime:
        raise AssertionError("the picture did not change") from None
    assert before[1] != status.inner_text(), "the status line did not change"


def press_arrow(control: Any) -> None:
    at_the_end = control.evaluate("c => c.value === (c.max || String(c.options.length - 1))")
    control.press("ArrowLeft" if at_the_end else "ArrowRight")


def operate_all(page: Any) -> None:
    """Move every control of each figure, and open another cell of each confusion table."""
    for figure in page.locator(f".mlp-lab:has({CONTROL})").all():
        for control in figure.locator(CONTROL).all():
            operate(page, figure, press_arrow, control)
    for table in page.locator(".mlp-lab:has(.mlp-lab-confusion)").all():
        other = table.locator("button[aria-pressed=false]").first
        operate(page, table, lambda cell: cell.click(), other)


def ink(page: Any) -> int:
    """Return how many pixels of the drawing pad have ink."""
    counted: int = page.locator(".mlp-lab-pad").evaluate("""pad => {
        const { data } = pad.getContext("2d").getImageData(0, 0, pad.width, pad.height);
        return data.filter((value, i) => i % 4 === 3 && value > 0).length;
    }""")
    return counted


def expect_status(page: Any, words: str) -> None:
    status = page.locator(".mlp-lab:has(.mlp-lab-pad)").get_by_role("status")
    status.filter(has_text=words).wait_for(timeout=ANSWER)


def draw_a_seven(page: Any) -> None:
    """Draw a 7 with the mouse."""
    pad = page.locator(".mlp-lab-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    pad.press("Delete")
    for number, (x, y) in enumerate([(0.27, 0.22), (0.72, 0.22), (0.45, 0.85)]):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=10)
        if number == 0:
            page.mouse.down()
    page.mouse.up()
