"""Build the site, and beside it the edition that runs in a browser without a server.

    python tools/site.py figures  the interactive figures, recorded in build/live
    python tools/site.py html     the pages, in build/site; before them the figures, if need be
    python tools/site.py lite     the lessons for JupyterLite, in build/site/lite
    python tools/site.py          all of it, in an empty build/

Every page shows the committed outputs; only for the interactive figures the lessons are run, with
the data set that is at hand, which should be MNIST. Run it in an environment of its own,
after `python -m pip install -e . --group site`: the kernel for the browser, once installed, makes
every JupyterLab beside it complain. To look: `python -m http.server --directory build/site`.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from page_outputs import write_outputs, write_widgets

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
SITE = BUILD / "site"
LIVE = BUILD / "live"
NOT_IN_PYODIDE = ("anywidget", "comm", "ipywidgets", "jupyterlab-widgets", "pooch", "psygnal")
"""What `mlp_lab` needs beyond Pyodide's own packages; all of it pure Python."""
FRONT_ENDS = (
    "@jupyter-widgets/jupyterlab-manager",
    "@jupyterlite/pyodide-kernel-extension",
    "anywidget",
)


def stage(folder: Path) -> None:
    """Put the pages side by side as Sphinx wants them: docs/ on top, notebooks where they are."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "docs", folder)
    for name in ("README.md", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder)
    copy_notebooks(folder / "notebooks")
    for page in ("README.md", "MISTAKES.md"):
        shutil.copy(ROOT / "notebooks" / "assignments" / page, folder / "notebooks" / "assignments")
    write_widgets(folder / "_static")
    for notebook in (folder / "notebooks").rglob("*.ipynb"):
        write_outputs(notebook, folder / "_static", LIVE)


def copy_notebooks(folder: Path) -> None:
    """Copy what readers open: the lessons, their pictures, and the students' assignments."""
    source = ROOT / "notebooks"
    shutil.copytree(source / "images", folder / "images")
    shutil.copytree(source / "assignments" / "release", folder / "assignments" / "release")
    for notebook in source.glob("*.ipynb"):
        shutil.copy(notebook, folder)


def record_figures() -> None:
    """Record what the interactive figures answer without a kernel; about three minutes."""
    subprocess.run([sys.executable, ROOT / "tools" / "live_figures.py"], check=True)


def build_html() -> None:
    """Build the pages; a warning is an error."""
    if not LIVE.exists():
        record_figures()
    stage(BUILD / "site-source")
    options = ["-b", "html", "--fail-on-warning", "--keep-going", "--fresh-env", "--quiet"]
    subprocess.run(
        [sys.executable, "-m", "sphinx", *options, BUILD / "site-source", SITE], check=True
    )


def collect_wheels(folder: Path) -> None:
    """Put into a folder the wheels that a browser's Python installs: ours, and pure Python ones."""
    shutil.rmtree(folder, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT], check=True)
    pure = ["--no-deps", "--only-binary=:all:", "--implementation=py", "--abi=none"]
    subprocess.run(
        [*pip, "download", *pure, "--platform=any", "--dest", folder, *NOT_IN_PYODIDE], check=True
    )


def join_lines(folder: Path) -> None:
    """Write each text of the notebooks in one piece.

    A notebook's file has lists of lines, which a Jupyter server joins. JupyterLite has no server,
    and its table of contents fails on an output that is a list.
    """
    for path in folder.rglob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


def build_lite(*options: str) -> None:
    """Build JupyterLite with the notebooks, the wheels and the widgets' front ends."""
    copied = BUILD / "lite-notebooks"
    shutil.rmtree(copied, ignore_errors=True)
    copy_notebooks(copied / "notebooks")
    join_lines(copied)
    wheels = BUILD / "lite-wheels"
    collect_wheels(wheels)
    extensions = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    settings = {
        "contents": [str(copied)],
        "federated_extensions": [str(extensions / name) for name in FRONT_ENDS],
        "ignore_sys_prefix": ["federated_extensions"],  # or all that is installed here goes in
        "output_dir": str(SITE / "lite"),
        "apps": ["lab"],
        "no_sourcemaps": True,
    }
    config = BUILD / "lite" / "jupyter_lite_config.json"
    config.parent.mkdir(parents=True, exist_ok=True)
    piplite = {"piplite_urls": [str(path) for path in sorted(wheels.glob("*.whl"))]}
    config.write_text(json.dumps({"LiteBuildConfig": settings, "PipliteAddon": piplite}))
    command = [sys.executable, "-m", "jupyterlite_core", "build", *options]
    subprocess.run(command, cwd=config.parent, check=True)
    place_what_browsers_ask_for(SITE / "lite")


def place_what_browsers_ask_for(lite: Path) -> None:
    """Leave no request of JupyterLite unanswered: its icon, and the pictures of the lessons.

    JupyterLab puts a lesson's text on its page before it looks the pictures up among the notebooks;
    in between, the browser asks for them beside that page.
    """
    shutil.copytree(ROOT / "notebooks" / "images", lite / "lab" / "images", dirs_exist_ok=True)
    for page in lite.rglob("index.html"):
        icon = Path(os.path.relpath(lite / "lab" / "favicon.ico", page.parent)).as_posix()
        text = page.read_text(encoding="utf-8")
        if 'rel="icon"' not in text:  # a page that is already built is not built anew
            text = text.replace("<head>", f'<head>\n<link rel="icon" href="{icon}">', 1)
            page.write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Build what the command line names; what follows "lite" goes on to JupyterLite."""
    match arguments:
        case []:
            shutil.rmtree(BUILD, ignore_errors=True)  # pages and wheels of another day
            build_html()
            build_lite()
        case ["figures"]:
            record_figures()
        case ["html"]:
            build_html()
        case ["lite", *options]:
            build_lite(*options)
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
