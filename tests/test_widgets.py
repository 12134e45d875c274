"""The interactive figures, without a browser: what moves, what they say, what stays on the page."""

import base64

import numpy as np
import pytest
from matplotlib.figure import Figure

from mlp_lab import MLP, Split, load_digits
from mlp_lab.figures.paper import PAPER
from mlp_lab.figures.widgets import (
    EMPTY,
    ConfusionTable,
    DrawingPad,
    LiveFigure,
    Menu,
    Picture,
    Slider,
)

DATA = load_digits()


def draw(rate: float, kind: str) -> Picture:
    figure = Figure(figsize=(3, 2))
    axes = figure.add_axes((0, 0, 1, 1), ylim=(0, 1))
    axes.plot([0, rate], "o-" if kind == "dots" else "-")
    return Picture(figure, f"A line <up> to {rate}.", f"rate {rate}, {kind}")


def live() -> LiveFigure:
    return LiveFigure(
        draw,
        rate=Slider("learning rate", [0.1, 0.5, 1.0], start=0.5),
        kind=Menu("drawn as", ["line", "dots"], start="line"),
    )


def test_what_the_browser_sends_is_what_is_drawn():
    figure = live()
    figure.set_state({"indices": {"rate": 2, "kind": 1}})
    assert figure.status == "rate 1.0, dots"


def test_a_value_that_a_control_does_not_have_is_refused():
    with pytest.raises(ValueError, match=r"learning rate is 2, wanted one of \[0.1, 0.5, 1.0\]"):
        live().move(rate=2)
    with pytest.raises(ValueError, match="drawn as is 'bars'"):
        LiveFigure(draw, kind=Menu("drawn as", ["line"], start="bars"))


def test_the_page_keeps_a_picture_with_alt_text_for_when_there_is_no_kernel():
    bundle, _ = live()._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert 'alt="A line &lt;up&gt; to 0.5."' in bundle["text/html"]
    assert "<p>rate 0.5, line</p>" in bundle["text/html"]
    assert bundle["text/plain"] == "Interactive figure: A line <up> to 0.5."
    assert "0x" not in bundle["text/plain"]


def test_the_pad_is_empty_then_reads_what_is_drawn_and_can_be_cleared():
    sure_of_seven = np.eye(10)[[7]] * 0.9 + 0.01
    pad = DrawingPad(lambda inputs: sure_of_seven, DATA.image_shape)
    assert pad.status == EMPTY
    ink = np.zeros((70, 70), dtype=np.uint8)
    ink[10:50, 30:40] = 255
    pad.set_state({"ink": memoryview(ink.tobytes())})  # as the browser sends it
    assert pad.status.startswith("The network reads a 7 (91%)")
    assert max(pad.seen) == 255
    pad.set_state({"ink": memoryview(bytes(4900))})
    assert (pad.status, max(pad.seen), max(pad.probabilities)) == (EMPTY, 0, 0.0)
    assert pad.answers == 3


def test_the_network_gets_the_centred_image_as_it_was_trained():
    got = []

    def forward(inputs):
        got.append(inputs)
        return np.full((1, 10), 0.1)

    ink = np.zeros((70, 70), dtype=np.uint8)
    ink[:5, :3] = 7
    DrawingPad(forward, (28, 28), ink)
    assert (got[-1].shape, got[-1].dtype) == ((1, 784), np.float32)
    assert (got[-1].min(), got[-1].max()) == (0.0, 1.0)


def test_the_table_opens_its_largest_mistake_and_then_what_is_asked_for():
    labels, answers = np.array([0, 0, 1, 1, 1]), np.array([0, 1, 0, 0, 1])

    class Fixed:
        def predict(self, x):
            return answers[: len(x)]

    images = np.arange(20, dtype=np.uint8).reshape(5, 2, 2)
    table = ConfusionTable(Fixed(), Split(images.reshape(5, 4) / np.float32(255), labels, images))
    assert (table.counts, table.cell) == ([[1, 1], [2, 1]], [1, 0])
    assert table.status == "2 images of 1 were read as 0"
    before = table.png
    table.set_state({"cell": [1, 1]})
    assert table.status == "1 image of 1 was read as 1"
    assert table.png != before


def test_a_table_needs_images():
    network = MLP([64, 10])
    with pytest.raises(ValueError, match="no images to open"):
        ConfusionTable(network, Split(DATA.test.inputs, DATA.test.labels))


def test_nothing_that_one_draws_or_clicks_on_is_a_white_sheet():
    css = str(live()._css)
    assert f"--paper: {PAPER};" in css
    assert "#fff" not in css
