"""What the pages need beside their text: what each is about, and what a folded cell does."""

from html import escape
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

TITLE = "# @title "


class TitleFoldedCells(SphinxPostTransform):
    """Write on a folded cell what its code does: in the notebook that is its first line."""

    default_priority = 200  # just after myst_nb has folded them
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Change the words that myst_nb writes on every folded cell."""
        for folded in self.document.findall(HideCodeCellNode):
            first_line = folded.astext().split("\n", 1)[0]
            if first_line.startswith(TITLE):
                folded["prompt_show"] = folded["prompt_hide"] = first_line.removeprefix(TITLE)


def level_of_captions(
    app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any
) -> None:
    """Say of the menu's captions which headings they are: Sphinx leaves it out."""
    menu = context["furo_navigation_tree"]
    context["furo_navigation_tree"] = menu.replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )


def describe(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Put the first sentence of a page where search engines look for what it is about."""
    if tree is None:  # the search, the index
        return
    words = next(tree.findall(nodes.paragraph)).astext().split()
    sentence = " ".join(words).split(". ")[0].rstrip(".")
    context["metatags"] += f'\n<meta name="description" content="{escape(sentence)}.">'


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.add_post_transform(TitleFoldedCells)
    app.connect("html-page-context", describe)
    app.connect("html-page-context", level_of_captions, priority=900)  # after Furo has made it
    return {"parallel_read_safe": True, "parallel_write_safe": True}
