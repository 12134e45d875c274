"""The house: which way its imports point, and how long an evening's reading is."""

import ast
import re
from pathlib import Path

import pytest

import mlp_lab

PACKAGE = Path(mlp_lab.__file__).parent
EVENING = re.findall(
    r"\b\w+\b", re.split(r"in this order:", mlp_lab.__doc__ or "")[1].split(".")[0]
)
"""The modules that the lessons teach, in the order in which the package's docstring names them."""
FOLDERS = {
    "support": {"support"},
    "data": {"data", "support"},
    "evening": {"evening", "data", "support"},
    "museum": {"museum", "evening", "data", "support"},
    "figures": {"figures", "museum", "evening", "data", "support"},
    "classroom": {"classroom", "evening", "data", "support"},
}
"""What may import what as it is loaded."""
BY_CALL = {("evening", "figures"), ("support", "figures")}
"""What may import a function only when it is called: `plot` reaches its figure so."""


def room(module: str) -> str:
    """Return the part of the house that `mlp_lab.some.module` is in."""
    _, _, rest = module.partition(".")
    top = rest.partition(".")[0]
    return "evening" if top in EVENING else top


def imports(path: Path) -> list[tuple[str, bool]]:
    """Return each module of ours that a file imports, and whether that is as it is loaded."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names = [f"{node.module}.{alias.name}" if node.module == "mlp_lab" else node.module
                     for alias in node.names]  # fmt: skip
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found += [
            (str(name), node in tree.body) for name in names if str(name).startswith("mlp_lab")
        ]
    return found


MODULES = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.relative_to(PACKAGE).as_posix() != "__init__.py"
]


def name_of(path: Path) -> str:
    relative = path.relative_to(PACKAGE).with_suffix("")
    return ".".join(["mlp_lab", *[part for part in relative.parts if part != "__init__"]])


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_arrows_point_one_way(path: Path) -> None:
    here = room(name_of(path))
    assert here in FOLDERS, f"{path} is in no part of the house"
    for module, as_it_is_loaded in imports(path):
        there = room(module)
        if as_it_is_loaded:
            assert there in FOLDERS[here], f"{here} imports {module}"
        else:
            assert there in FOLDERS[here] or (here, there) in BY_CALL, f"{here} imports {module}"


def test_the_evening_is_all_that_lies_on_top() -> None:
    assert set(EVENING) == {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}


def test_the_evening_is_in_the_order_of_its_imports() -> None:
    for place, name in enumerate(EVENING):
        for module, _ in imports(PACKAGE / f"{name}.py"):
            if room(module) == "evening":
                assert module.split(".")[1] in EVENING[:place], f"{name} imports {module}"


def test_no_two_modules_need_each_other() -> None:
    needs = {name_of(path): {module for module, _ in imports(path)} for path in MODULES}
    done: set[str] = set()
    while ready := {name for name, wanted in needs.items() if wanted & needs.keys() <= done} - done:
        done |= ready
    assert done == needs.keys(), f"in a circle: {sorted(needs.keys() - done)}"


def test_an_evening_is_long_enough_to_read_the_evening() -> None:
    lines = {
        name: len((PACKAGE / f"{name}.py").read_text(encoding="utf-8").splitlines())
        for name in EVENING
    }
    assert max(lines.values()) <= 270, lines  # about 250
    assert sum(lines.values()) <= 2_100, lines  # about 2,000
