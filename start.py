"""Set the lab up and start it; needs Python 3.11 or newer with pip, and nothing else.

    python3 start.py lab     opens JupyterLab on the first lesson
    python3 start.py test    runs the tests

The first run makes a virtual environment in .venv and installs what is needed there; later runs
start at once, without a network. Whatever follows the command goes on to JupyterLab or pytest.
"""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
COMMANDS = {
    "lab": ("lab", ["-m", "jupyterlab", "--ServerApp.root_dir=.", "notebooks/00_start_here.ipynb"]),
    "test": ("dev", ["-m", "pytest"]),
}


def set_up(group: str) -> None:
    """Install the package, as it stands here, with one dependency group of pyproject.toml."""
    wanted = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    installed = ENVIRONMENT / f"installed-{group}.toml"
    if installed.exists() and installed.read_text(encoding="utf-8") == wanted:
        return
    print(f"Setting up {ENVIRONMENT} (once; about a minute) ...", flush=True)
    if not PYTHON.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "pip>=25.1"], cwd=ROOT, check=True)  # the first pip that knows --group
    subprocess.run([*pip, "--editable", ".", "--group", group], cwd=ROOT, check=True)
    installed.write_text(wanted, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Set up what the command needs, run it and return its exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this is what finds out
        found = ".".join(map(str, sys.version_info[:3]))
        print(f"mlp_lab needs Python 3.11 or newer; this is Python {found}.")
        return 2
    if not arguments or arguments[0] not in COMMANDS:
        print(__doc__)
        return 2
    group, command = COMMANDS[arguments[0]]
    try:
        set_up(group)
    except subprocess.CalledProcessError:
        print("The set-up did not finish: see the lines above. Run the command again to go on.")
        return 1
    try:
        return subprocess.run([PYTHON, *command, *arguments[1:]], cwd=ROOT).returncode
    except KeyboardInterrupt:  # Ctrl-C reached JupyterLab too, which has said goodbye
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
