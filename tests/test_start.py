"""Signals reach what was started, root may start JupyterLab, lessons under test litter nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import start

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that ends all")
TERMINAL = """
import signal
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
"""
"""Where tests run in the background, both may be ignored, and a child inherits that."""
WAITS = "import os, time; print(os.getpid(), flush=True); time.sleep(120)"


def calls(function: str, command: list[str], first: str = "") -> "subprocess.Popen[str]":
    """Start a Python that calls a function of start.py with a command."""
    code = f"{first}\nimport start, sys; sys.exit(start.{function}({command!r}))"
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=start.ROOT, stdout=subprocess.PIPE, text=True
    )


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_the_status_of_the_command_is_the_status_of_start() -> None:
    with calls("run", [sys.executable, "-c", "raise SystemExit(3)"]) as process:
        pass

    assert process.returncode == 3


@posix
def test_a_signal_reaches_what_start_has_started() -> None:
    with calls("run", [sys.executable, "-c", WAITS]) as process:
        waiting = int(first_line(process))
        os.kill(waiting, signal.SIGTERM)

    assert process.pid == waiting
    assert process.returncode == -signal.SIGTERM


@posix
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_set_up_that_is_interrupted_leaves_nothing_running(number: str) -> None:
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {WAITS!r}])"
    process = calls("step", [sys.executable, "-c", parent], TERMINAL)
    grandchild = int(first_line(process))
    process.send_signal(signal.Signals[number])

    try:
        process.communicate(timeout=60)  # the pipe is closed when the last of the three has ended
    except subprocess.TimeoutExpired:
        os.kill(grandchild, signal.SIGKILL)
        process.communicate()
        pytest.fail("what the step had started went on")
    assert process.returncode != 0


@posix
@pytest.mark.parametrize("user", [0, 1000])
def test_jupyterlab_is_allowed_to_be_root_where_the_user_is(
    user: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(start, "set_up", lambda group: None)
    monkeypatch.setattr(start, "run", commands.append)
    monkeypatch.setattr(os, "geteuid", lambda: user)

    start.main(["lab", "--no-browser"])
    start.main(["test"])

    lab, test = commands
    assert ("--allow-root" in lab) == ("--allow-root" in capsys.readouterr().out) == (user == 0)
    assert lab[-1] == "--no-browser"
    assert "--allow-root" not in test


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["--nbval", "--nbval-lax"])
def test_lessons_under_test_share_a_folder_that_is_not_their_own(mode: str, tmp_path: Path) -> None:
    for name, code in (("1", "open('saved', 'x').close()"), ("2", "open('saved').close()")):
        cell = nbformat.v4.new_code_cell(code)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / f"{name}.ipynb")
    plain = ["-o", "addopts=", "-p", "conftest", "-p", "no:cacheprovider", "-c", "pyproject.toml"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plain, mode, "--nbval-current-env", tmp_path],
        cwd=start.ROOT, capture_output=True, text=True,
    )  # fmt: skip

    assert "2 passed" in done.stdout, done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.ipynb", "2.ipynb"]
