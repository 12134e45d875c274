"""What Binder does with this repository, done here as far as it goes without Docker or conda."""

import gzip
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import venv
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import yaml

from mlp_lab.data import mnist_files, read_idx, write_idx
from mlp_lab.data.idx import content_sha256

rattler = pytest.importorskip("rattler", reason="needs: python -m pip install --group binder")

ROOT = Path(__file__).resolve().parents[2]
FIRST_LESSON = "/lab/tree/notebooks/00_start_here.ipynb"
SMALL_FILES = """
try:
    from mlp_lab.data import mnist_files
except ImportError:  # not installed yet
    pass
else:
    mnist_files.MNIST_MIRRORS = ({mirror!r},)
    mnist_files.CONTENT_SHA256 = {contents!r}
    mnist_files.ARCHIVE_SHA256 = {archives!r}
"""
"""What the scratch Python runs first: it expects small files, from a server of this test."""


def test_every_line_of_the_environment_is_strictly_a_conda_spec():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))

    assert set(environment) == {"name", "channels", "dependencies"}
    for line in environment["dependencies"]:
        rattler.MatchSpec(line, strict=True)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pythonjsonlogger")
def test_repo2docker_builds_from_every_file_of_the_folder(monkeypatch):
    from repo2docker.app import Repo2Docker

    monkeypatch.chdir(ROOT)
    app = Repo2Docker()
    packs = [kind(app.base_image) for kind in app.buildpacks]
    chosen = next(pack for pack in packs if pack.detect())
    chosen.platform = "linux/amd64"
    dockerfile = chosen.render(build_args={})

    assert type(chosen).__name__ == "CondaBuildPack"
    assert chosen.binder_dir == "binder"
    assert chosen.python_version == "3.12"
    assert re.search(r"env update .*--file \"binder/environment.yml\"", dockerfile)
    assert re.search(r"^RUN \./binder/postBuild$", dockerfile, re.MULTILINE)
    assert 'ENV R2D_ENTRYPOINT="${REPO_DIR}/binder/start"' in dockerfile


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """An empty home, a copy of the repository in it, and an environment without the package."""
    home = tmp_path_factory.mktemp("home")
    left_out = shutil.ignore_patterns(".*", "build", "dist", "__pycache__")
    shutil.copytree(ROOT, home / "repository", ignore=left_out)
    venv.create(home / "environment", with_pip=True)
    packages = next((home / "environment").glob("lib/python*/site-packages"))
    # what environment.yml would have brought; .pth files in there, such as that of this checkout's
    # own package, are not read
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "conda.pth").write_text("\n".join(ours) + "\n")
    return home


def run_in(session, *command):
    """Run a command as Binder would, in the copy; return what it prints."""
    unwanted = ("MLP_LAB_DATA", "MLP_LAB_DATASET", "XDG_CACHE_HOME", "PYTHONPATH")
    environment = {key: value for key, value in os.environ.items() if key not in unwanted}
    scripts = [str(session / "environment" / "bin"), str(Path(sys.executable).parent)]
    environment |= {
        "HOME": str(session),
        "PATH": os.pathsep.join([*scripts, os.environ["PATH"]]),
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    return subprocess.Popen(
        command, cwd=session / "repository", env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def post_build(session):
    done = run_in(session, "./binder/postBuild")
    printed, _ = done.communicate(timeout=300)
    assert done.returncode == 0, printed
    return printed


def serve_small_files(folder):
    """Return a server of four small archives, and their digests by name."""
    arrays = {
        name: np.zeros((60, 28, 28) if "images" in name else 60, dtype=np.uint8)
        for name in mnist_files.CONTENT_SHA256
    }
    for name, array in arrays.items():
        write_idx(folder / name, array)
        (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes()))
    handler = partial(SimpleHTTPRequestHandler, directory=folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    archives = {
        name: hashlib.sha256((folder / f"{name}.gz").read_bytes()).hexdigest() for name in arrays
    }
    return server, {name: content_sha256(array) for name, array in arrays.items()}, archives


def test_post_build_installs_the_package_and_caches_verified_data(session, tmp_path):
    server, contents, archives = serve_small_files(tmp_path)
    packages = next((session / "environment").glob("lib/python*/site-packages"))
    mirror = f"http://127.0.0.1:{server.server_address[1]}/"
    customized = packages / "sitecustomize.py"

    # first with mirrors that send something else: the image is built all the same, and says so
    wrong = dict.fromkeys(archives, "0" * 64)
    customized.write_text(SMALL_FILES.format(mirror=mirror, contents=contents, archives=wrong))
    assert "MNIST could not be fetched" in post_build(session)
    assert not list((session / ".cache").glob("mlp_lab/*-ubyte"))

    customized.write_text(SMALL_FILES.format(mirror=mirror, contents=contents, archives=archives))
    assert "Dataset 'mnist'" in post_build(session)
    server.shutdown()
    server.server_close()
    cached = session / ".cache" / "mlp_lab"
    assert sorted(path.name for path in cached.iterdir()) == sorted(contents)
    for name, digest in contents.items():
        assert content_sha256(read_idx(cached / name)) == digest

    # a session finds both, with no server to ask
    loaded = "import mlp_lab; mlp_lab.load_mnist(); print(mlp_lab.__file__)"
    printed, _ = run_in(session, "python", "-c", loaded).communicate(timeout=60)
    assert printed.strip().startswith(str(session / "repository"))


def test_start_leaves_one_thread_and_opens_the_first_lesson(session):
    echoed = "echo $OMP_NUM_THREADS $OPENBLAS_NUM_THREADS $MKL_NUM_THREADS"
    printed, _ = run_in(session, "./binder/start", "bash", "-c", echoed).communicate(timeout=60)
    assert printed.strip() == "1 1 1"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lab = ["jupyter", "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    server = run_in(session, "./binder/start", *lab, "--IdentityProvider.token=t")
    try:
        assert FIRST_LESSON in landing_page(f"http://127.0.0.1:{port}/?token=t", server)
    finally:
        server.terminate()
        server.communicate(timeout=30)


def landing_page(address, server):
    """Return where a browser ends that asks for the root."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(120):
        assert server.poll() is None, server.communicate()[0]
        try:
            with opener.open(address, timeout=10) as page:
                return page.url
        except OSError:
            time.sleep(0.5)
    raise AssertionError("JupyterLab did not answer")


def test_the_first_page_is_a_lesson():
    settings = json.loads((ROOT / "binder" / "jupyter_server_config.json").read_text())

    assert {part["default_url"] for part in settings.values()} == {FIRST_LESSON}
    assert (ROOT / FIRST_LESSON.removeprefix("/lab/tree/")).is_file()
