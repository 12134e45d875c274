"""JupyterLab in a real Chromium, on a copy of the notebooks: start it, run a notebook, use it."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SECONDS_PER_NOTEBOOK = 120
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
SETTINGS = {
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
    # or cells that are out of sight are not on the page
    "notebook-extension/tracker": '{"windowingMode": "none"}',
}
READY = """(name) => {
    const notebook = window.jupyterapp?.shell?.currentWidget;
    const session = notebook?.sessionContext;
    return notebook?.context?.path === name
        && session?.isReady && session.session?.kernel?.status === "idle";
}"""
RUN_ALL = """(seconds) => Promise.race([
    window.jupyterapp.commands.execute("notebook:run-all-cells"),
    new Promise((_, reject) => setTimeout(() => reject("still running"), 1000 * seconds)),
])"""
SAVE_AND_END = """async () => {
    const context = window.jupyterapp.shell.currentWidget.context;
    await context.save();
    await context.sessionContext.shutdown();
}"""
CELLS = "() => window.jupyterapp.shell.currentWidget.content.model.toJSON().cells"


def find_chromium() -> str:
    """Return where Chromium is; skip where nobody said."""
    named = os.environ.get("MLP_LAB_CHROMIUM")
    if not named:
        pytest.skip("needs a browser: see CONTRIBUTING.md, and set MLP_LAB_CHROMIUM to Chromium")
    assert Path(named).exists(), f"MLP_LAB_CHROMIUM is {named}, which does not exist"
    return named


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """Serve a folder with JupyterLab and private settings; yield the address, token included."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    private = folder.parent / "jupyter"
    for name, setting in SETTINGS.items():
        path = private / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(setting)
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(private / "config"),
        "JUPYTER_DATA_DIR": str(private / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(private / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces"),
    }
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
        f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}",
        "--expose-app-in-browser", f"--ServerApp.root_dir={folder}",
    ]  # fmt: skip
    with (private / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            wait_for_port(port, server)
            # a workspace of its own for each, or JupyterLab restores the one before beside it
            yield f"http://127.0.0.1:{port}/lab/workspaces/{{0}}/tree/{{0}}.ipynb?token={token}"
        finally:
            server.terminate()
            server.wait(30)


def wait_for_port(port: int, server: "subprocess.Popen[bytes]") -> None:
    """Return once the server answers."""
    for _ in range(240):
        assert server.poll() is None, "JupyterLab ended before it answered"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.25)
    raise AssertionError("JupyterLab did not answer")


class Lab:
    """A browser page on a JupyterLab; `complaints` collects what its console calls errors."""

    def __init__(self, page: Any, address: str, folder: Path) -> None:
        self.page, self.address, self.folder = page, address, folder
        self.complaints: list[str] = []
        page.on("console", lambda m: m.type == "error" and self.complaints.append(m.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def run(self, name: str) -> list[dict[str, Any]]:
        """Open a notebook, run it from top to bottom, and return its cells."""
        self.page.goto(self.address.format(Path(name).stem))
        self.page.wait_for_function(READY, arg=name, timeout=60_000)
        self.page.evaluate(RUN_ALL, SECONDS_PER_NOTEBOOK)
        cells: list[dict[str, Any]] = self.page.evaluate(CELLS)
        return cells

    def close(self) -> None:
        """Save, or the page refuses to be left; end the kernel, to free the machine."""
        self.page.evaluate(SAVE_AND_END)


@contextmanager
def open_lab(folder: Path, chromium: str) -> Iterator[Lab]:
    """Start JupyterLab on a folder and open a page for it, in a fresh profile."""
    from playwright.sync_api import sync_playwright

    with jupyterlab(folder) as address, sync_playwright() as playwright:
        profile = str(folder.parent / "profile")
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium, args=CHROMIUM_FLAGS,
            viewport={"width": 1200, "height": 1000},
        )  # fmt: skip
        try:
            yield Lab(context.new_page(), address, folder)
        finally:
            context.close()
