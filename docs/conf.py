"""The site: the notebooks with their committed outputs, and the package's reference.

Built by `python tools/site.py`, which puts this folder and the notebooks side by side.
"""

import sys
import tomllib
from pathlib import Path

import mlp_lab

sys.path.append(str(Path(__file__).parent))  # for lessons, mathml and pages

PYPROJECT = tomllib.loads(Path(mlp_lab.__file__).parents[1].joinpath("pyproject.toml").read_text())
URLS = PYPROJECT["project"]["urls"]

project = "mlp_lab"
author = "The mlp_lab authors"
project_copyright = f"{author}. Prose and figures: CC BY 4.0. Code: MIT"
version = release = mlp_lab.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "lessons",
    "mathml",
    "pages",
]
templates_path = ["_templates"]
exclude_patterns = ["README.md"]  # parts of it are in index.md

nb_execution_mode = "off"  # the outputs are those that CI compares
nb_render_markdown_format = "myst"  # a table that a cell shows is a table here, too
myst_enable_extensions = ["dollarmath", "html_image"]
myst_heading_anchors = 3
autosummary_generate = True
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say shapes and dtypes, which types do not
numpydoc_show_class_members = False

html_theme = "furo"
html_title = "mlp_lab"
html_favicon = "_static/favicon.svg"
html_static_path = ["_static", "notebooks/images"]  # the cards' pictures
html_css_files = ["mlp_lab.css", "front.css", "live/widgets.css"]
html_js_files = [(name, {"defer": "defer"}) for name in ("mlp_lab.js", "drawers.js", "progress.js")]
html_math_renderer = "mathml"
html_copy_source = False  # each notebook is in the browser edition already
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_theme_options = {
    "source_repository": URLS["Source"],
    "source_branch": "main",
    "source_directory": "",
    "top_of_page_buttons": [],  # a page's source here is not where Furo looks for it
    "light_css_variables": {"color-code-background": "#f6f7f9"},
    "dark_css_variables": {"figure-filter": "brightness(0.85)"},
    "footer_icons": [
        {
            "name": "Source",
            "url": URLS["Source"],
            "html": '<svg viewBox="0 0 16 16" fill="currentColor" aria-hidden="true"><path d="'
            "M5.5 3 0.5 8l5 5 1-1-4-4 4-4zM10.5 3l5 5-5 5-1-1 4-4-4-4z"
            '"/></svg>',
            "class": "",
        }
    ],
}
