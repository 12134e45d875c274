"""The house: which way its imports point, how long an evening's reading is, and its guide."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from house import PICTURE, ROOT, arrows, draw, evening, imports, minutes, modules, room

EVENING, MODULES = evening(), modules()
FOLDERS = {
    "support": {"support"},
    "data": {"data", "support"},
    "evening": {"evening", "data", "support"},
    "museum": {"museum", "evening", "data", "support"},
    "figures": {"figures", "museum", "evening", "data", "support"},
    "classroom": {"classroom", "evening", "data", "support"},
    "table": {"table", "evening", "data", "support"},
}
"""What may import what as it is loaded."""
BY_CALL = {("evening", "figures"), ("support", "figures")}
"""What may import a function only when it is called: `plot` reaches its figure so."""


@pytest.mark.parametrize("name", MODULES)
def test_arrows_point_one_way(name: str) -> None:
    here = room(name)
    assert here in FOLDERS, f"{name} is in no part of the house"
    for target, as_it_is_loaded in imports(MODULES[name]):
        assert not target.startswith("."), f"{name} has a relative import"
        if as_it_is_loaded or (here, room(target)) not in BY_CALL:
            assert room(target) in FOLDERS[here], f"{here} imports {target}"


def test_the_evening_is_all_that_lies_on_top() -> None:
    assert set(EVENING) == {name for name, path in MODULES.items() if path.parent.name == "mlp_lab"}


def test_each_module_of_the_evening_imports_those_before_it() -> None:
    for name, target in arrows():
        if name in EVENING and target in EVENING:
            assert EVENING.index(target) < EVENING.index(name), f"{name} imports {target}"


def test_no_two_modules_need_each_other() -> None:
    done: set[str] = set()
    needs: dict[str, set[str]] = {name: set() for name in MODULES}
    for name, target in arrows():
        needs[name] |= {target} & MODULES.keys()
    while ready := {name for name, wanted in needs.items() if wanted <= done} - done:
        done |= ready
    assert done == needs.keys(), f"in a circle: {sorted(needs.keys() - done)}"


def test_an_evening_is_long_enough_to_read_the_evening() -> None:
    lines = {name: len(MODULES[name].read_text(encoding="utf-8").splitlines()) for name in EVENING}
    assert max(lines.values()) <= 330, lines  # about 250
    assert sum(lines.values()) <= 2_450, lines


def test_the_picture_is_the_house_as_it_is() -> None:
    assert PICTURE.read_text(encoding="utf-8") == draw(), "run python tools/house.py"


def test_the_guide_leads_through_the_evening_in_its_order_and_finds_what_it_names() -> None:
    guide = (ROOT / "docs" / "reading_guide.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)\.py` \| (\d+) \|", guide, re.MULTILINE)
    assert rows == [(name, str(minutes(name))) for name in EVENING]
    source = "\n".join(path.read_text(encoding="utf-8") for path in MODULES.values())
    places = guide.split("## Where things are")[1].split("##")[0]
    for name in {name.split(".")[-1] for name in re.findall(r"`([\w.]+)`", places)}:
        found = re.search(rf"\b(def|class) {name}\b|^{name} = ", source, re.MULTILINE)
        assert found or any(module.endswith(name) for module in MODULES), name
