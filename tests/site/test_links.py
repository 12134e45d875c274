"""The built site: every link in it leads somewhere, and the browser edition has every lesson."""

import base64
import html
import io
import json
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import numpy as np
import pytest
from PIL import Image

import mlp_lab

pytest.importorskip("myst_nb", reason="needs: python -m pip install --group site")

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "build" / "site"
LITE = SITE / "lite"
PUBLISHED = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]["Documentation"]
LESSONS = sorted(path.stem for path in ROOT.glob("notebooks/*.ipynb"))
PAGES = [page for page in SITE.rglob("*.html") if not {LITE, SITE / "_static"} & {*page.parents}]


class Page(HTMLParser):
    """The names on a page that links can lead to, its links, pictures, paragraphs, and its head."""

    def __init__(self, path):
        super().__init__()
        self.names, self.links, self.pictures = set(), set(), []
        self.paragraphs, self.in_paragraph = [], False
        self.language, self.said, self.headings = None, {}, 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.names.update(given[key] for key in ("id", "name") if given.get(key))
        self.links.update(given[key] for key in ("href", "src") if given.get(key))
        if tag == "img":
            self.pictures.append(given)
        elif tag == "meta":
            self.said[given.get("name")] = given.get("content")
        elif tag == "html":
            self.language = given.get("lang")
        self.headings += tag == "h1"
        self.in_paragraph = tag == "p" or (self.in_paragraph and tag != "div")

    def handle_data(self, data):
        if self.in_paragraph:
            self.paragraphs.append(data)


@pytest.fixture(scope="module")
def pages():
    assert PAGES, "build the site first: python tools/site.py"
    return {path.resolve(): Page(path) for path in PAGES}


def test_every_internal_link_leads_to_a_file_and_a_place_in_it(pages):
    checked = 0
    for path, page in pages.items():
        for link in page.links:
            target = urlsplit(link)
            if target.scheme or target.netloc:
                continue
            file = (path.parent / unquote(target.path)).resolve() if target.path else path
            assert file.is_file(), f"{path.name}: {link}"
            if target.fragment and file in pages:
                assert unquote(target.fragment) in pages[file].names, f"{path.name}: {link}"
            checked += 1
    assert checked > 1000


def test_every_page_says_what_it_is(pages):
    descriptions = []
    for path, page in pages.items():
        assert page.language == "en", path.name
        assert page.headings == 1 or path.name == "search.html", path.name  # a script writes it
        assert "width=device-width" in page.said["viewport"], path.name
        if path.relative_to(SITE).parts[0] == "notebooks":
            descriptions.append(page.said["description"])
    assert all(len(description) > 20 for description in descriptions)
    assert len(set(descriptions)) == len(descriptions)


def test_no_table_is_left_as_text(pages):
    for path, page in pages.items():
        rows = [text for text in page.paragraphs if text.lstrip().startswith("| ")]
        assert not rows, f"{path.name}: {rows[0][:80]}"


def test_every_picture_says_what_it_shows(pages):
    for path, page in pages.items():
        for picture in page.pictures:
            assert picture.get("alt"), f"{path.name}: {picture['src'][:80]}"


def pixels(picture):
    return np.asarray(Image.open(picture).convert("RGB"))


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_figure_of_a_lesson_is_on_its_page_with_its_description(pages, lesson):
    notebook = nbformat.read(ROOT / "notebooks" / f"{lesson}.ipynb", as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    figures = [output["data"] for output in outputs if "image/png" in output.get("data", {})]
    path = SITE / "notebooks" / f"{lesson}.html"
    drawn = [picture for picture in pages[path].pictures if "/pictures/" in picture["src"]]

    assert len(drawn) == len(figures) > 0
    for figure, picture in zip(figures, drawn, strict=True):
        if figure["text/plain"].startswith("Interactive figure"):
            continue  # drawn anew: tests/site/test_recorded_figures.py
        assert html.escape(picture["alt"]) in figure["text/html"]
        committed = io.BytesIO(base64.b64decode(figure["image/png"]))
        np.testing.assert_array_equal(pixels(path.parent / picture["src"]), pixels(committed))


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_is_read_here_and_launched_everywhere(pages, lesson):
    page = pages[SITE / "notebooks" / f"{lesson}.html"]
    file = f"notebooks/{lesson}.ipynb"

    for host, ending in (
        ("https://mybinder.org/", f"?urlpath=lab/tree/{file}"),
        ("https://colab.research.google.com/", f"/blob/main/{file}"),
        ("../lite/lab/index.html", f"?path={file}"),  # beside the page, wherever that is
    ):
        assert any(link.startswith(host) and link.endswith(ending) for link in page.links), host
    served, ours = (nbformat.read(folder / file, as_version=4) for folder in (LITE / "files", ROOT))
    assert served == ours


def test_the_browser_edition_brings_the_packages_that_pyodide_lacks():
    index = json.loads((LITE / "pypi" / "all.json").read_text())

    assert mlp_lab.__version__ in index["mlp-lab"]["releases"]
    assert {"anywidget", "ipywidgets", "pooch", "psygnal"} <= set(index)
