"""The project's own files: set-up, licences, versions; what a reader finds before any code."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import mlp_lab

ROOT = Path(__file__).resolve().parent.parent


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


PYPROJECT = tomllib.loads(text("pyproject.toml"))
README, START, LOCK = text("README.md"), text("start.py"), text("requirements.lock")


def tracked_text_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    names = [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    return [ROOT / name for name in names if not name.endswith((".png", ".gz"))]


def test_conda_pins_what_the_requirements_allow_and_the_lock_was_tested_with() -> None:
    lines = yaml.safe_load(text("environment.yml"))["dependencies"]
    pins = dict(line.split("=") for line in lines if line != "pip")
    conda = {name.removesuffix("-base"): pin for name, pin in pins.items()}
    wanted = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["lab"]]

    assert conda.pop("python") == "3.12"
    for requirement in map(Requirement, wanted):
        assert conda[requirement.name] in requirement.specifier
    for name, pin in conda.items():
        assert re.search(rf"^{name}=={re.escape(pin)}(\.|$)", LOCK, re.MULTILINE), name


def test_binder_has_the_same_environment() -> None:
    assert text("binder/environment.yml") == text("environment.yml")


def test_the_lock_covers_the_requirements_and_no_lock_names_a_registry() -> None:
    locked = {line.split("==")[0] for line in LOCK.splitlines() if "==" in line}
    names = {path.name for path in tracked_text_files()}

    assert {Requirement(each).name for each in PYPROJECT["project"]["dependencies"]} <= locked
    assert "://" not in LOCK
    assert not names & {"uv.lock", "pylock.toml", "poetry.lock"}


def test_readme_commands_exist() -> None:
    commands = re.findall(r"^python3 start\.py (\w+)", README, re.MULTILINE)

    assert commands == ["lab", "test"]
    assert all(f'"{command}": (' in START for command in commands)


def test_what_the_quick_tests_leave_out_ci_runs() -> None:
    left_out = PYPROJECT["tool"]["pytest"]["ini_options"]["addopts"]

    assert left_out[left_out.index("-m") + 1] == "not slow"
    assert re.search(r"-m pytest -m slow$", text(".ci/run"), re.MULTILINE)


def test_start_explains_itself_and_older_pythons_can_parse_it() -> None:
    start = [sys.executable, ROOT / "start.py", "dance"]
    answer = subprocess.run(start, capture_output=True, text=True)

    assert answer.returncode == 2
    assert "python3 start.py lab" in answer.stdout
    ast.parse(START, feature_version=(3, 7))  # far enough to say that they are too old


def test_links_in_markdown_lead_somewhere() -> None:
    for path in tracked_text_files():
        if path.suffix == ".md":
            for target in re.findall(r"\]\(([^)#\s]+)\)", path.read_text(encoding="utf-8")):
                assert "://" in target or (path.parent / target).exists(), (path.name, target)


def test_every_lesson_is_launched_from_the_readme_on_each_host() -> None:
    urls = PYPROJECT["project"]["urls"]
    project = urls["Source"].removeprefix("https://github.com/")

    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        file = f"notebooks/{path.name}"
        for address in (
            f"https://mybinder.org/v2/gh/{project}/main?urlpath=lab/tree/{file}",
            f"https://colab.research.google.com/github/{project}/blob/main/{file}",
            f"{urls['Documentation']}lite/lab/index.html?path={file}",
        ):
            assert f"]({address})" in README
    assert f"git-pull?repo={urls['Source']}&branch=main&urlpath=lab/tree/mlp_lab/" in README


def test_one_address_of_the_project_is_used_everywhere() -> None:
    source = PYPROJECT["project"]["urls"]["Source"]
    owner, name = source.removeprefix("https://github.com/").split("/")
    pattern = rf"(?:github\.com/|githubusercontent\.com/|/gh/|/github/)([\w-]+)/{name}\b"

    for path in tracked_text_files():
        found = re.findall(pattern, path.read_text(encoding="utf-8"))
        assert set(found) <= {owner}, path.name


def test_the_version_is_the_same_everywhere() -> None:
    assert yaml.safe_load(text("CITATION.cff"))["version"] == mlp_lab.__version__
