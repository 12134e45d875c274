"""Every figure: drawn, labelled, sound at the edges, and shown with words."""

import base64
import io
import math
import re
from html import unescape

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from mlp_lab import MLP, History, Split, train
from mlp_lab.figures.backdrop import backdrop
from mlp_lab.figures.confusion_matrix import confusion
from mlp_lab.figures.gradient_errors import gradient_heat_maps
from mlp_lab.figures.images import image_grid
from mlp_lab.figures.learning_rate_curve import learning_rate_curve
from mlp_lab.figures.paper import MARK, PAPER, encode_png, show
from mlp_lab.figures.training_curves import live_curves, training_curves
from mlp_lab.figures.weights import weight_mosaic
from mlp_lab.support.gradient_report import GradientReport, TensorReport
from mlp_lab.support.rate_search import LearningRateSearch

PNG = b"\x89PNG\r\n\x1a\n"
HISTORY = History([0.5, 0.3], [0.6, 0.4], [0.8, 0.9], [0.7, 0.8])
RATES = np.array([0.01, 0.1, 1.0, 10.0])


def search(losses, suggestion=1.0, warnings=()):
    return LearningRateSearch(RATES, np.array(losses), 2.0, suggestion, list(warnings))


def drawn(axes):
    """Draw for real, which is when matplotlib finds most faults; return the first Axes."""
    first = axes[0] if isinstance(axes, list) else axes
    first.figure.canvas.draw()
    return first


def assert_labelled(axes, xlabel=True, ylabel=True):
    drawn(axes)
    for each in axes if isinstance(axes, list) else [axes]:
        assert each.get_title()
        assert each.get_xlabel() or not xlabel
        assert each.get_ylabel() or not ylabel


def luminance(colour):
    """Return the relative luminance that WCAG 2 defines."""
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(colour, other):
    """Return the contrast ratio that WCAG 2.2 wants to be at least 4.5 (1.4.3)."""
    darker, lighter = sorted([luminance(colour), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


# image_grid


@pytest.mark.parametrize("count", [1, 2, 10, 11])
@pytest.mark.parametrize("columns", [10, 1, 4])
def test_a_grid_has_an_axes_for_every_image_on_one_scale(count, columns):
    images = np.arange(count * 6.0).reshape(count, 2, 3)
    cells = image_grid(images, titles=range(count), columns=columns)
    drawn(cells)
    assert len(cells) == count
    for index, cell in enumerate(cells):
        (image,) = cell.get_images()
        np.testing.assert_array_equal(image.get_array(), images[index])
        assert image.get_clim() == (0, images.max())
        assert cell.get_title() == str(index)
    widths = {round(cell.get_position().x0, 3) for cell in cells}
    assert len(widths) == min(columns, count)


@pytest.mark.parametrize(
    "images",
    [np.zeros((2, 3, 3)), np.full((1, 3, 3), 255, np.uint8), np.ones((2, 3, 3), bool),
     np.full((2, 3, 3), np.nan)],
    ids=["zeros", "uint8", "bool", "nan"],
)  # fmt: skip
def test_images_without_contrast_are_drawn(images):
    drawn(image_grid(images))


def test_a_limit_makes_the_scale_symmetric():
    (cell,) = image_grid(np.zeros((1, 2, 2)), limit=0.5, cmap="PuOr")
    assert cell.get_images()[0].get_clim() == (-0.5, 0.5)


# training_curves


@pytest.mark.parametrize(
    "history",
    [
        HISTORY,
        History([0.5], [], [0.9], []),
        History([0.5], [0.4], [math.nan], [math.nan]),
        History([0.5, math.inf], [], [0.9, 0.1], []),
        History([0.5, 0.4], [0.3, 0.2], [0.9, 0.9], [0.8, 0.9], best_epoch=2),
        History(),
    ],
    ids=["two epochs", "no validation", "no accuracy", "infinite", "best", "empty"],
)
def test_training_curves_show_loss_and_accuracy_in_percent(history):
    axes = training_curves(history)
    assert_labelled(axes)
    left, right = axes
    shown = [line for line in left.get_lines() if line.get_label() in ("training", "validation")]
    recorded = [values for values in (history.train_loss, history.validation_loss) if values]
    assert [list(line.get_ydata()) for line in shown] == recorded
    for line in shown:
        assert list(line.get_xdata()) == list(range(1, history.epochs + 1))
    if history.train_accuracy:
        percents = [100 * share for share in history.train_accuracy]
        np.testing.assert_array_equal(right.get_lines()[0].get_ydata(), percents)
    assert len({line.get_marker() for line in shown}) == len(shown)
    assert len(history.plot()) == 2


@pytest.mark.parametrize("epochs", [1, 2, 3, 30])
def test_epochs_are_marked_by_whole_numbers(epochs):
    left, _ = training_curves(History([0.5] * epochs, [], [0.8] * epochs, []))
    drawn(left)
    low, high = left.get_xlim()
    ticks = [tick for tick in left.get_xticks() if low <= tick <= high]
    assert ticks
    assert all(tick == round(tick) for tick in ticks)


# weight_mosaic


@pytest.mark.parametrize(
    "weights",
    [np.random.default_rng(0).normal(size=(6, 23)), np.ones((6, 1)), np.ones((6, 10)),
     np.ones((6, 11)), np.zeros((6, 5)), np.eye(6) * np.nan],
    ids=["many", "one", "a row", "two rows", "zeros", "nan"],
)  # fmt: skip
def test_a_mosaic_shows_every_weight_where_its_pixel_is(weights):
    axes = weight_mosaic(weights, (2, 3))
    assert_labelled(axes, xlabel=False, ylabel=False)
    (image,) = axes.get_images()
    mosaic = np.ma.filled(image.get_array(), np.nan)
    for unit in range(weights.shape[1]):
        top, left = unit // 10 * 3, unit % 10 * 4
        tile = mosaic[top : top + 2, left : left + 3]
        np.testing.assert_array_equal(tile, weights[:, unit].reshape(2, 3))
    low, high = image.get_clim()
    assert low == -high < 0
    assert math.isfinite(high)
    assert any(each.get_ylabel() == "weight" for each in axes.figure.axes)
    title, page = axes.title.get_window_extent(), axes.figure.bbox
    assert page.x0 <= title.x0 < title.x1 <= page.x1


# confusion


@pytest.mark.parametrize(
    "matrix",
    [[[5]], [[0]], [[9, 1], [0, 10]], np.eye(10, dtype=int), np.full((3, 3), 12345)],
    ids=["one class", "no sample", "two", "no mistake", "large"],
)
def test_a_confusion_matrix_has_its_counts_in_their_cells(matrix):
    axes = confusion(matrix)
    assert_labelled(axes)
    found = {(text.get_position()[1], text.get_position()[0]): text for text in axes.texts}
    for (row, column), count in np.ndenumerate(np.asarray(matrix)):
        if count:
            assert found.pop((row, column)).get_text() == str(count)
    assert not found
    assert [label.get_text() for label in axes.get_xticklabels()] == [*map(str, range(len(matrix)))]


def test_counts_can_be_read_on_their_cells():
    matrix = np.arange(100).reshape(10, 10)
    axes = drawn(confusion(matrix))
    (image,) = axes.get_images()
    mistakes = matrix * (1 - np.eye(10))
    for text in axes.texts:
        column, row = text.get_position()
        behind = image.cmap(image.norm(mistakes[row, column]))
        assert contrast(behind, text.get_color()) >= 4.5, (row, column)


# gradient heat maps


@pytest.mark.parametrize("shape", [(4, 3), (3,), (1,), (1, 1), (784, 2)])
@pytest.mark.parametrize("error", [0.0, 1e-5, 1.0, np.inf, np.nan])
def test_a_heat_map_is_drawn_whatever_the_errors(shape, error):
    tensor = TensorReport("layer1.weights", np.full(shape, error), problem="wrong: by far")
    (axes,) = gradient_heat_maps([tensor])
    assert_labelled(axes, ylabel=len(shape) == 2)
    assert axes.get_title() == "layer1.weights: wrong"


def test_every_error_has_the_colour_of_its_band():
    errors = np.array([[0.0, 1e-300, 9e-8, 2e-7, 9e-5, 2e-4, 9e-3, 2e-2, 1.0, np.inf, np.nan]])
    (axes,) = gradient_heat_maps([TensorReport("w", errors)])
    drawn(axes)
    (image,) = axes.get_images()
    colours = [tuple(colour) for colour in image.to_rgba(image.get_array())[:, 0]]
    bands = ["zero", 0, 0, 1, 1, 2, 2, 3, 3, 3, "not checked"]
    for first, band in zip(colours, bands, strict=True):
        for second, other in zip(colours, bands, strict=True):
            assert (first == second) == (band == other)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_report_has_one_heat_map_per_parameter(count):
    axes = gradient_heat_maps([TensorReport(f"w{n}", np.zeros((2, 3))) for n in range(count)])
    assert_labelled(axes)
    assert [each.get_title() for each in axes] == [f"w{n}: ok" for n in range(count)]


# learning_rate_curve


@pytest.mark.parametrize(
    "losses",
    [[2.0, 1.5, 1.0, 3.0], [2.0, 1.0, np.inf, np.inf], [np.inf] * 4, [2.0] * 4, [0.0] * 4],
    ids=["normal", "diverges", "all infinite", "flat", "zero"],
)
def test_the_curve_marks_the_suggestion_and_keeps_finite_limits(losses):
    axes = learning_rate_curve(search(losses))
    assert_labelled(axes)
    assert axes.get_xscale() == "log"
    assert np.isfinite(axes.get_ylim()).all()
    low, high = axes.get_ylim()
    assert low < high
    finite = [loss for loss in losses if loss <= 2.0]
    assert all(low <= loss <= high for loss in finite)
    assert any("suggestion 1" in text.get_text() for text in axes.get_legend().get_texts())


@pytest.mark.parametrize("start", [0.0, np.inf, np.nan])
def test_a_start_of_any_kind_can_be_drawn(start):
    drawn(learning_rate_curve(LearningRateSearch(RATES, np.array([2.0, 1, 0.5, 3]), start, 1.0)))


# what cannot be drawn


IMAGES, WEIGHTS = np.zeros((2, 8, 8)), np.ones((6, 2))


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: image_grid(np.zeros((8, 8))), r"\(8, 8\)"),
        (lambda: image_grid(np.zeros((0, 8, 8))), r"\(0, 8, 8\)"),
        (lambda: image_grid(np.zeros((2, 0, 8))), r"\(2, 0, 8\)"),
        (lambda: image_grid(np.zeros((2, 8, 8, 3))), r"\(2, 8, 8, 3\)"),
        (lambda: image_grid(IMAGES, titles=["one"]), "1 titles for 2 images"),
        (lambda: image_grid(IMAGES, columns=-1), "columns is -1"),
        (lambda: image_grid(IMAGES, columns=1.5), "columns is 1.5"),
        (lambda: weight_mosaic(WEIGHTS, (2, 2)), r"\(6, 2\), wanted \(4, n_units\)"),
        (lambda: weight_mosaic(np.ones(6), (2, 3)), r"\(6,\)"),
        (lambda: weight_mosaic(np.ones((6, 0)), (2, 3)), r"\(6, 0\)"),
        (lambda: weight_mosaic(WEIGHTS, (2, 3, 1)), r"image_shape.*\(2, 3, 1\)"),
        (lambda: weight_mosaic(WEIGHTS, 6), "image_shape.*6"),
        (lambda: confusion(np.zeros((2, 3), int)), r"\(2, 3\), wanted \(n_classes, "),
        (lambda: confusion(np.zeros(4, int)), r"\(4,\), wanted \(n_classes, "),
        (lambda: confusion(np.zeros((0, 0), int)), r"\(0, 0\), wanted \(n_classes, "),
    ],
)
def test_what_cannot_be_drawn_is_refused_before_a_figure_is_made(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
    assert plt.get_fignums() == []


# showing


@pytest.fixture
def published(monkeypatch):
    """Return the list of what was displayed, each with its keywords."""
    seen = []
    monkeypatch.setattr("IPython.display.display", lambda *args, **kw: seen.append((args, kw)))
    return seen


@pytest.mark.parametrize(
    "pick", [lambda axes: axes, lambda axes: axes[0], lambda axes: axes[0].figure]
)
def test_show_publishes_picture_and_words_and_closes_the_figure(pick, published):
    alt = 'Loss "falls" <b>&</b> it\'s done'
    show(pick(training_curves(HISTORY)), alt)
    ((((bundle,), keywords)),) = published
    assert keywords.get("raw") is True
    assert set(bundle) == {"image/png", "text/html", "text/plain"}
    assert base64.b64decode(bundle["image/png"]).startswith(PNG)
    match = re.fullmatch(r'<img alt="([^"<>]*)" src="data:image/png;base64,([^"]*)"[^<>]*>',
                         bundle["text/html"])  # fmt: skip
    assert match is not None
    assert unescape(match[1]) == alt
    assert match[2] == bundle["image/png"]
    assert alt in bundle["text/plain"]
    assert plt.get_fignums() == []


def test_the_same_figure_gives_the_same_bytes(published):
    for _ in range(2):
        show(training_curves(HISTORY), "curves")
    assert published[0] == published[1]


@pytest.mark.parametrize("alt", ["", "  \n", None])
def test_show_refuses_to_be_without_words(alt, published):
    with pytest.raises((ValueError, TypeError), match="alt"):
        show(training_curves(HISTORY), alt)
    assert published == []


@pytest.mark.parametrize("nothing", [[], None, "curves"])
def test_show_refuses_what_is_no_figure(nothing, published):
    with pytest.raises((ValueError, TypeError), match="Axes"):
        show(nothing, "curves")


def test_live_curves_repaint_after_every_epoch_and_say_the_numbers(published):
    repaint = live_curves()
    ((((picture,), _)),) = published
    assert not re.search(r"0x[0-9a-f]{6}", repr(picture))
    assert repr(picture) == repr(picture).strip()
    painted = []

    def remember(network, history):
        painted.append(picture.value)

    inputs = np.random.default_rng(0).random((30, 4))
    split = Split(inputs, inputs.argmax(axis=1))
    network = MLP([4, 4])
    history = train(network, split, epochs=3, progress=False, callbacks=[repaint, remember])
    assert len(set(painted)) == 3
    for number, value in enumerate(painted, 1):
        assert re.search(rf'<img alt="[^"]*\b{number} epoch', value)
    assert f"{history.train_loss[-1]:.4f}" in painted[-1]
    assert plt.get_fignums() == []


# on a dark page


def test_text_is_read_easily_on_the_paper_and_the_paper_does_not_glare():
    assert contrast(PAPER, "black") > 15
    assert contrast(PAPER, MARK) > 4.5
    assert 0.85 < luminance(PAPER) < 0.95


@pytest.mark.parametrize("kept", [False, True], ids=["drawn anew", "on a backdrop"])
def test_no_figure_has_white_corners_or_a_white_plot(kept):
    figure, axes = plt.subplots(figsize=(3, 2))
    axes.plot([0, 1], label="line")
    axes.legend(loc="upper left", framealpha=1)
    png = encode_png(backdrop(lambda: figure)() if kept else figure)
    with Image.open(io.BytesIO(base64.b64decode(png))) as image:
        pixels = np.array(image.convert("RGB"))
    paper = [round(255 * channel) for channel in to_rgb(PAPER)]
    for row, column in ((2, 2), (-3, -3), (100, 150), (100, 200)):
        assert pixels[row, column].tolist() == paper
    assert not (pixels == 255).all(axis=2).any()


BARE = {
    "image_grid": lambda: image_grid(np.zeros((12, 8, 8)), titles=range(12)),
    "History.plot": lambda: HISTORY.plot(),
    "weight_mosaic": lambda: weight_mosaic(np.eye(6), (2, 3)),
    "confusion": lambda: confusion(np.arange(9).reshape(3, 3)),
    "GradientReport.plot": lambda: GradientReport({"w": TensorReport("w", np.eye(3))}, 1e-7).plot(),
    "LearningRateSearch.plot": lambda: search([2.0, 1.5, 1.0, 3.0]).plot(),
}


@pytest.mark.parametrize("draw", BARE.values(), ids=BARE)
def test_a_figure_that_jupyter_draws_by_itself_lies_on_paper_too(draw):
    drawn = draw()
    figure = (drawn[0] if isinstance(drawn, list) else drawn).figure
    grounds = [figure.get_facecolor()]
    grounds += [
        legend.get_frame().get_facecolor() for axes in figure.axes if (legend := axes.get_legend())
    ]
    assert {to_rgb(ground) for ground in grounds} == {to_rgb(PAPER)}
    plots = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]  # those are full
    assert {axes.get_facecolor()[3] for axes in plots} == {0}
