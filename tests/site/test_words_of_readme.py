"""The front page and the lessons' pages say what the README says, which says it once."""

import html
from pathlib import Path

import pytest

pytest.importorskip("myst_nb", reason="needs: python -m pip install --group site")

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "build" / "site"
README = (ROOT / "README.md").read_text(encoding="utf-8")
LESSONS = sorted(path.stem for path in ROOT.glob("notebooks/*.ipynb"))


def row(beginning: str) -> list[str]:
    """Return the cells of the README's only table row that begins so."""
    (found,) = [line for line in README.splitlines() if line.startswith(f"| {beginning}")]
    return found.strip("| ").split(" | ")


def shown(markdown: str) -> str:
    return MarkdownIt().renderInline(markdown)


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_lesson_has_a_card_with_the_words_of_the_readme(lesson):
    number = lesson[:2]
    name, picture, question, minutes, _ = row(f"[{number} ")
    alt = picture.split('alt="')[1].rstrip('">')
    page = (SITE / "index.html").read_text(encoding="utf-8")
    (card,) = [card for card in page.split("<li>") if f'<a href="notebooks/{lesson}.html">' in card]
    card = card.split("</li>")[0]

    assert f"<b>{number}</b> {name.split(']')[0].removeprefix(f'[{number} ')}</span>" in card
    assert shown(question) in card
    assert f">{minutes} minutes<" in card
    assert f'alt="{html.escape(alt)}"' in card


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_lesson_says_of_every_way_to_run_it_what_the_readme_says(lesson):
    page = (SITE / "notebooks" / f"{lesson}.html").read_text(encoding="utf-8")
    for way in ("Your computer", "Binder", "Colab", "Your browser alone"):
        _, good, limits = row(way)
        assert f"Good for {shown(good)}. Its limits: {shown(limits)}." in page
