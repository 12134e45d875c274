"""Formulas as MathML, made when the site is built: a reader's browser needs no script for them."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

from docutils import nodes
from latex2mathml.converter import convert
from math_font import write_font_of_pages
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.writers.html5 import HTML5Translator

MINUS = "\N{MINUS SIGN}"
PRIMES = {*"\N{PRIME}\N{DOUBLE PRIME}\N{TRIPLE PRIME}"}
TIGHT = {*"/|"}
CLOSING = {*")|}"}
THIN_SPACE = {"width": "0.167em"}


def mathml(latex: str, display: str) -> ET.Element:
    """Convert a formula, and mend what latex2mathml leaves for a browser or a screen reader."""
    latex = latex.replace("{aligned}", "{split}")  # of the two it knows one
    latex = re.sub(r"(\w')\^", r"{\1}^", latex)  # a prime is no part of the exponent
    root = ET.fromstring(convert(latex, xmlns="", display=display))
    if "\\" in "".join(root.itertext()):
        raise ValueError("a command that latex2mathml does not know")
    for part in list(root.iter()):
        if part.tag == "mi" and part.text == "±":
            part.tag = "mo"
        elif part.tag == "mo" and part.text in TIGHT:
            part.attrib.update(lspace="0", rspace="0")
        elif part.tag == "mo" and part.text.isalpha() and len(part.text) > 1:
            part.tag = "mi"  # \operatorname: a name, with a name's spaces
        elif part.tag == "msup" and part[1].text in PRIMES:
            part.tag = "mrow"  # the font has raised them already
        elif part.tag == "mrow" and is_spelled(part):
            word = "".join(part.itertext())
            part.clear()
            ET.SubElement(part, "mi").text = word
    for row in root.iter("mrow"):
        set_names_apart(row)
        for before, sign in pairwise(row):
            if sign.text == MINUS and before.tag == "mo" and before.text not in CLOSING:
                sign.set("form", "prefix")  # no space: it belongs to what follows
    return root


def is_spelled(row: ET.Element) -> bool:
    r"""Tell whether a row is a word of \mathrm, which would be read out letter by letter."""
    letters = [part for part in row if part.get("mathvariant") == "normal"]
    return len(letters) > 1 and all(part in letters or part.tag == "mn" for part in row)


def set_names_apart(row: ET.Element) -> None:
    """Put a thin space around log, cos and the like, where no operator or bracket does it."""
    for name in [part for part in row if part.tag == "mi" and len(part.text or "") > 1]:
        place = list(row).index(name)
        after = row[place + 1] if place + 1 < len(row) else None
        before = row[place - 1] if place > 0 else None
        if after is not None and after.tag not in ("mo", "mspace"):
            row.insert(place + 1, ET.Element("mspace", THIN_SPACE))
        if before is not None and (before.tag not in ("mo", "mspace") or before.text == ")"):
            row.insert(place, ET.Element("mspace", THIN_SPACE))


def visit(page: HTML5Translator, node: nodes.Element) -> None:
    """Write a formula into the page; one that cannot be converted ends the build."""
    display = "block" if isinstance(node, nodes.math_block) else "inline"
    try:
        root = mathml(node.astext(), display)
    except Exception as error:
        raise ExtensionError(f"{page.docnames}: formula {node.astext()!r}: {error!r}") from error
    page.builder.app.formula_characters.update("√", *root.itertext())  # a root is no text
    formula = ET.tostring(root, encoding="unicode")
    tag = "div" if display == "block" else "span"
    page.body.append(page.starttag(node, tag, "", CLASS="math") + f"{formula}</{tag}>")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx; `html_math_renderer` in conf.py chooses it."""
    app.add_html_math_renderer("mathml", (visit, None), (visit, None))
    app.formula_characters = set()
    app.connect("build-finished", write_font_of_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": False}  # the set is one
