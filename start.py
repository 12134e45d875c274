"""Set the lab up and start it; needs Python 3.11 or newer with pip, and nothing else.

    python3 start.py lab     opens JupyterLab on the first lesson
    python3 start.py test    runs the quick tests

The first run makes a virtual environment in .venv and installs what is needed there; later runs
start at once, without a network. Whatever follows the command goes on to JupyterLab or pytest.
"""

import os
import signal
import subprocess
import sys
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
    if not PYTHON.with_stem("pip").exists():  # the last thing that venv makes
        step([sys.executable, "-m", "venv", str(ENVIRONMENT)])
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    step([*pip, "pip>=25.1"])  # the first pip that knows --group
    step([*pip, "--editable", ".", "--group", group])
    installed.write_text(wanted, encoding="utf-8")


def step(command: list[str]) -> None:
    """Run one step of the set-up; when it is interrupted, all that it started ends with it."""
    if sys.platform == "win32":  # where Ctrl-C reaches everything in the window
        subprocess.run(command, cwd=ROOT, check=True)
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:  # under nohup, SIGHUP stays ignored
            signal.signal(number, signal.default_int_handler)
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as process:
        try:
            status = process.wait()
        except KeyboardInterrupt:
            os.killpg(process.pid, signal.SIGTERM)  # pip has started others
            raise
    if status != 0:
        raise subprocess.CalledProcessError(status, command)


def run(command: list[str]) -> int:
    """Run a command of the environment and return its exit status."""
    if sys.platform != "win32":
        os.chdir(ROOT)
        os.execv(command[0], command)  # in place of this process: every signal reaches it
    try:
        return subprocess.run(command, cwd=ROOT).returncode
    except KeyboardInterrupt:  # Ctrl-C reached JupyterLab too, which has said goodbye
        return 130


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
    except (subprocess.CalledProcessError, KeyboardInterrupt):
        print("The set-up did not finish: see the lines above. Run the command again to go on.")
        return 1
    if group == "lab" and sys.platform != "win32" and os.geteuid() == 0:
        print("You are root, as in a container: JupyterLab gets --allow-root.", flush=True)
        command = [*command, "--allow-root"]
    return run([str(PYTHON), *command, *arguments[1:]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
