"""Formulas of the site: MathML that a browser draws like a book, and that can be read aloud."""

import re
import sys
from html import unescape
from pathlib import Path
from xml.etree.ElementTree import ParseError

import pytest

pytest.importorskip("latex2mathml", reason="needs: python -m pip install --group site")

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "docs"))

from fontTools.ttLib import TTFont  # noqa: E402
from math_font import write_font  # noqa: E402
from mathml import mathml  # noqa: E402


def parts(latex):
    return [(part.tag, part.text) for part in mathml(latex, "inline").iter() if part.text]


def test_a_word_is_one_name_and_not_a_product_of_letters():
    assert ("mi", "diag") in parts(r"\mathrm{diag}(p)")
    assert ("mi", "delta2") in parts(r"\mathrm{delta2}_j")
    assert ("mi", "one_hot") in parts(r"\mathrm{one\_hot}")
    assert ("mi", "var") in parts(r"\operatorname{var}(x)")


def test_a_function_stands_apart_from_what_it_is_taken_of():
    spaces = [row.tag for row in mathml(r"p \log h - \log(z)", "inline").iter("mspace")]
    assert len(spaces) == 2  # around the first; a bracket needs none


def test_signs_and_primes_are_what_they_look_like():
    assert ("mo", "±") in parts(r"a \pm b")
    assert not list(mathml("f'(z)", "inline").iter("msup"))
    assert [power[1].text for power in mathml("f'^2", "inline").iter("msup")] == ["2"]
    minus = [
        sign for sign in mathml("a = -b - c", "inline").iter("mo") if sign.text == "\N{MINUS SIGN}"
    ]
    assert [sign.get("form") for sign in minus] == ["prefix", None]


def test_aligned_lines_are_rows_of_a_table():
    root = mathml(r"\begin{aligned} a &= b \\ &= c \end{aligned}", "block")
    assert len(list(root.iter("mtr"))) == 2
    assert "&" not in "".join(root.itertext())


def test_what_cannot_be_converted_is_an_error():
    with pytest.raises(ValueError, match="does not know"):
        mathml(r"\nosuchcommand x", "inline")
    with pytest.raises(ParseError):
        mathml("a & b", "inline")


def test_the_font_has_the_characters_and_their_italics_and_is_small(tmp_path):
    write_font({*"hxε√("}, tmp_path / "font.woff")
    with TTFont(tmp_path / "font.woff") as font:
        drawn = {chr(code) for code in font.getBestCmap()}
        assert "MATH" in font  # or a bracket does not grow
    assert {*"hxε√(ℎ𝑥𝜀"} <= drawn
    assert (tmp_path / "font.woff").stat().st_size < 30_000


def test_every_character_of_a_formula_is_in_the_site_s_font():
    site = ROOT / "build" / "site"
    pages = [path.read_text(encoding="utf-8") for path in site.glob("notebooks/*.html")]
    formulas = [formula for page in pages for formula in re.findall("<math.*?</math>", page, re.S)]
    used = set(unescape(re.sub("<[^>]*>", "", "".join(formulas))))
    assert len(formulas) > 100
    if any("<msqrt>" in formula for formula in formulas):
        used.add("√")
    with TTFont(site / "_static" / "stix_two_math.woff") as font:
        assert used <= {chr(code) for code in font.getBestCmap()}
