"""The formulas' font, cut down to what they use: a phone without a font for mathematics gets one.

STIX Two Math comes in the package ziamath, with 1.5 MB; the formulas of the site need 30 kB of it.
"""

import logging
import unicodedata
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from sphinx.application import Sphinx

WHOLE = Path(find_spec("ziamath").origin).with_name("fonts") / "STIXTwoMath-Regular.ttf"
NAME = "stix_two_math.woff"
LATIN, GREEK = range(0x1D434, 0x1D468), range(0x1D6E2, 0x1D71C)
ITALIC = [chr(code) for code in (0x210E, *LATIN, *GREEK)]  # the h is older than the others
logging.getLogger("fontTools").setLevel(logging.WARNING)


def write_font(characters: set[str], path: Path) -> None:
    """Write the part of the font that draws the characters, and brackets and sums in all sizes."""
    drawn = {letter for letter in ITALIC if unicodedata.normalize("NFKC", letter) in characters}
    options = subset.Options(
        flavor="woff",
        hinting=False,  # a third of the bytes, and formulas are drawn large enough without
        layout_features=[],
    )
    cut = subset.Subsetter(options)
    cut.populate(text="".join(characters | drawn))
    with subset.load_font(str(WHOLE), options) as font:
        cut.subset(font)
        subset.save_font(font, str(path), options)


def write_font_of_pages(app: Sphinx, error: Exception | None) -> None:
    """Write the font for what the pages' formulas turned out to use."""
    if error is None:
        write_font(app.formula_characters, Path(app.outdir) / "_static" / NAME)
