"""The site: the notebooks with their committed outputs, and the package's reference.

Built by `python tools/site.py`, which puts this folder and the notebooks side by side.
"""

import tomllib
from pathlib import Path

import mlp_lab

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
    "sphinx-mathjax-offline",
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

html_theme = "sphinx_book_theme"
html_title = "mlp_lab"
html_static_path = ["_static"]
html_css_files = ["mlp_lab.css"]
html_js_files = [("mlp_lab.js", {"defer": "defer"})]
html_show_sourcelink = False
html_theme_options = {
    "repository_url": URLS["Source"],
    "repository_branch": "main",
    "use_repository_button": True,
    "home_page_in_toc": True,
    "navbar_persistent": [],  # the search field stands in the sidebar already
    "launch_buttons": {
        "notebook_interface": "jupyterlab",
        "binderhub_url": "https://mybinder.org",
        "colab_url": "https://colab.research.google.com",
        "jupyterlite_url": URLS["Documentation"].rstrip("/") + "/lite/lab/index.html",
    },
}
