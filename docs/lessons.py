"""The README's two tables, on the site: a card for each lesson, and on its page the ways to run it.

The README says each thing once: a lesson's question, minutes and addresses, a way's limits.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from markdown_it import MarkdownIt
from PIL import Image
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

LESSON = re.compile(
    r"""^\|\ \[(?P<number>\d\d)\ (?P<name>[^]]+)\]\(notebooks/(?P<file>\w+)\.ipynb\)
    \ \|\ <img\ src="(?P<picture>\S+)"\ width="150"\ alt="(?P<alt>[^"]+)">
    \ \|\ (?P<question>.+?)\ \|\ (?P<minutes>\d+)
    \ \|\ \[Binder\]\((?P<binder>\S+)\)\ \[Colab\]\((?P<colab>\S+)\)
    \ \[browser\]\(\S+\)\ \|$""",
    re.MULTILINE | re.VERBOSE,
)
WAY = re.compile(
    r"""^\|\ (?P<way>Your\ computer|Binder|Colab|Your\ browser)[^|]*
    \ \|\ (?P<good>.+?)\ \|\ (?P<limits>.+?)\ \|$""",
    re.MULTILINE | re.VERBOSE,
)


@dataclass(frozen=True)
class Lesson:
    """A row of the README's table of lessons."""

    number: str
    name: str
    file: str
    picture: str
    alt: str
    question: str
    minutes: str
    binder: str
    colab: str


def read_lessons(readme: str) -> list[Lesson]:
    """Read the rows of the README's table of lessons."""
    return [Lesson(**row.groupdict()) for row in LESSON.finditer(readme)]


def read_ways(readme: str) -> dict[str, re.Match[str]]:
    """Read what the README says of the ways in which a lesson can be run, by their first words."""
    return {row["way"]: row for row in WAY.finditer(readme)}


def render(app: Sphinx, template: str, **values: object) -> nodes.raw:
    """Fill in a template of _templates/."""
    page = app.builder.templates.render(template, {"markdown": MarkdownIt().renderInline, **values})
    return nodes.raw("", page, format="html")


class LessonCards(SphinxDirective):
    """`{lesson-cards}`: all lessons, each a card with its picture, its question and its minutes."""

    def run(self) -> list[nodes.Node]:
        """Return the cards."""
        app, folder = self.env.app, Path(self.env.srcdir)
        lessons = read_lessons((folder / "README.md").read_text(encoding="utf-8"))
        sizes = {lesson.number: Image.open(folder / lesson.picture).size for lesson in lessons}
        return [render(app, "lesson_cards.html", lessons=lessons, sizes=sizes)]


def add_blocks(app: Sphinx, page: nodes.document) -> None:
    """Put the ways to run a lesson below its minutes, and the mark "done" at its end."""
    readme = Path(app.srcdir, "README.md").read_text(encoding="utf-8")
    for lesson in read_lessons(readme):
        if app.env.docname == f"notebooks/{lesson.file}":
            times = (p for p in page.findall(nodes.paragraph) if p.astext().startswith("Time "))
            minutes = next(times)
            place = minutes.parent.index(minutes) + 1
            ways = read_ways(readme)
            minutes.parent.insert(place, render(app, "run_lesson.html", lesson=lesson, ways=ways))
            next(page.findall(nodes.section)).append(render(app, "done.html", lesson=lesson))


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.add_directive("lesson-cards", LessonCards)
    app.connect("doctree-read", add_blocks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
