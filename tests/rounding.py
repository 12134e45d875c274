"""Does every claim hold under other rounding? Tests, doctests and notebooks, a condition a row.

    python tests/rounding.py                                     all conditions: an hour and more
    python tests/rounding.py --only nehalem x86_v3 perturbed     those whose names begin so
    python tests/rounding.py --quick                             without the notebooks on MNIST

How a result is rounded depends on the BLAS kernel, on the instructions that NumPy finds, on the
number of threads and on NumPy's version: each condition changes one of these. `perturbed` changes
the last digits of what mlp_lab computes, in place of the processors one does not have (see
perturbed/sitecustomize.py). A condition that makes no difference on this machine is skipped, and
its row says so. Notebooks run on MNIST, too, if MLP_LAB_DATA names its folder. What pytest says is
kept in build/rounding. The exit status is 1 if a claim fails.
"""

import argparse
import functools
import os
import re
import subprocess
import sys
import time
import venv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / "rounding"
PROBE = """
from importlib.util import find_spec
import numpy as np
assert find_spec("mlp_lab")  # lessons begin so; what they import after that has to be the same
from threadpoolctl import threadpool_info
from mlp_lab import tanh
np.ones((200, 200)) @ np.ones((200, 200))  # ends here if the processor lacks what the kernel needs
simd = np._core._multiarray_umath
found = [name for name in simd.__cpu_dispatch__ if simd.__cpu_features__[name]]
text = f"NumPy {np.__version__} {(found or ['baseline'])[-1]}"
for pool in threadpool_info():
    if pool["user_api"] == "blas":
        text += f", BLAS {pool.get('architecture')} x{pool['num_threads']}"
z = np.linspace(0.1, 1, 1000)
changed = (tanh(z) > np.tanh(z)).sum()
print(f"{text}, {changed} of 1000 up" if changed else text)
"""
STRICT = [
    "-o", "addopts=", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=300",
    "--nbval-sanitize-with=tests/nbval_sanitize.cfg", "--ignore=notebooks/assignments",
]  # fmt: skip
PARTS = {
    "tests": ("digits", ["mlp_lab", *map(str, sorted((ROOT / "tests").glob("test_*.py")))]),
    "digits": ("digits", ["notebooks"]),
    "mnist": ("mnist", [*STRICT, "notebooks", "tests/test_solutions.py"]),
}
"""Of a row: the data that the lessons load, and what pytest runs. On MNIST every output is compared
with the committed one, as in CI; the solutions of the digits are among the tests."""


@dataclass(frozen=True, eq=False)
class Condition:
    """A name, what it adds to the environment, and the NumPy it wants, if it is another one."""

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    numpy: str | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Of its runs: one thread unless it says otherwise, so that one thing changes at a time."""
        folders = [str(ROOT), os.environ.get("PYTHONPATH", "")]
        if "ROUNDING_SEED" in self.settings:
            folders.insert(0, str(ROOT / "tests" / "perturbed"))
        path = {"PYTHONPATH": os.pathsep.join(filter(None, folders))}
        threads = {} if self.name == "machine" else {"OPENBLAS_NUM_THREADS": "1"}
        return {**os.environ, **path, **threads, **self.settings}

    @property
    def python(self) -> str:
        """The interpreter of its runs; with another NumPy, that of a virtual environment."""
        return sys.executable if self.numpy is None else with_numpy(self.name, self.numpy)


def conditions() -> list[Condition]:
    """Return all conditions; those that others are compared with come first."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    oldest, end = re.findall(r'"numpy>=([\d.]+),<([\d.]+)"', project)[0]
    threads = [Condition(f"threads-{n}", {"OPENBLAS_NUM_THREADS": str(n)}) for n in (1, 2, 4)]
    kernels = [
        Condition(name.lower(), {"OPENBLAS_CORETYPE": name})
        for name in ("Haswell", "SkylakeX", "Sandybridge", "Nehalem", "Prescott")
    ]
    seeds = [Condition(f"perturbed-{seed}", {"ROUNDING_SEED": str(seed)}) for seed in (1, 2)]
    return [
        Condition("machine"), *threads, *kernels,
        Condition("x86_v3", {"NPY_DISABLE_CPU_FEATURES": features_from("X86_V3", "AVX")}),
        Condition("x86_v4", {"NPY_DISABLE_CPU_FEATURES": features_from("X86_V4", "AVX512F")}),
        Condition("numpy-oldest", numpy=f"numpy=={oldest}"),
        Condition("numpy-newest", numpy=f"numpy<{end}"), *seeds,
    ]  # fmt: skip


def features_from(group: str, first: str) -> str:
    """Return the instructions NumPy chooses among, from a level on; before 2.4 it had no groups."""
    names: list[str] = np._core._multiarray_umath.__cpu_dispatch__
    start = group if group in names else first
    return " ".join(names[names.index(start) :]) if start in names else ""


@functools.cache
def with_numpy(name: str, requirement: str) -> str:
    """Return the Python of an environment that has another NumPy, and all else from this one."""
    folder = ROOT / f".venv-{name}"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        venv.create(folder)
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--upgrade"]
    subprocess.run([*pip, "--disable-pip-version-check", requirement], check=True)
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    own = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
    shared = [path for path in sys.path if path.endswith("site-packages")]
    lines = [f"import site; site.addsitedir({path!r})" for path in shared]
    Path(own, "shared.pth").write_text("\n".join(lines), encoding="utf-8")
    return str(python)


def probe(condition: Condition) -> str:
    """Return what is really active under a condition; empty if this machine does not have it."""
    try:
        command = [condition.python, "-c", PROBE]
    except subprocess.CalledProcessError:
        return ""  # there is no such NumPy for this Python; pip has said so
    done = subprocess.run(
        command, env=condition.environment, cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode == 1:
        sys.exit(f"{condition.name}: {done.stderr}")
    return done.stdout.strip()  # nothing after an instruction that the processor does not know


@dataclass(frozen=True)
class Outcome:
    """What pytest said of one part of a row."""

    passed: int
    failures: list[str]


def run(condition: Condition, part: str) -> Outcome:
    """Run one part of a row, and keep what pytest says."""
    data, arguments = PARTS[part]
    log, report = (LOGS / f"{condition.name}-{part}.{kind}" for kind in ("txt", "xml"))
    report.unlink(missing_ok=True)
    command = [condition.python, "-m", "pytest", "-q", "-m", "", f"--junitxml={report}", *arguments]
    environment = condition.environment | {"MLP_LAB_DATASET": data}
    with log.open("w", encoding="utf-8") as file:
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=file, stderr=file)
    where = f"{condition.name}, {part}:"
    if done.returncode not in (0, 1):
        return Outcome(0, [f"{where} pytest did not come to its end, see {log}"])
    cases = list(ElementTree.parse(report).iter("testcase"))
    failures = []
    for case in cases:
        for fault in (*case.iter("failure"), *case.iter("error")):
            name = f"{case.get('classname', '').removesuffix('.py')}::{case.get('name')}"
            failures.append(f"{where} {name}: {(fault.get('message') or '').strip()[:200]}")
    skipped = sum(case.find("skipped") is not None for case in cases)
    return Outcome(len(cases) - skipped - len(failures), failures)


def main() -> int:
    """Run and print a row for each condition that was asked for; return 1 if a claim fails."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", default=[""])
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    everything = conditions()
    chosen = [c for c in everything if c.name.startswith(tuple(options.only))]
    names = [condition.name for condition in everything]
    for asked in options.only:
        if not any(name.startswith(asked) for name in names):
            parser.error(f"there is no condition {asked!r}, but {', '.join(names)}")
    without_mnist = options.quick or not os.environ.get("MLP_LAB_DATA")
    parts = [part for part in PARTS if not (part == "mnist" and without_mnist)]
    LOGS.mkdir(parents=True, exist_ok=True)
    return report(chosen, parts, references=everything[:2])


def report(chosen: list[Condition], parts: list[str], references: list[Condition]) -> int:
    """Print a row as soon as it is known, and all failures at the end."""
    print(f"{'condition':14}{'active':54}" + "".join(f"{part:>18}" for part in parts) + "  seconds")
    names = {}  # of the first condition under which this was active
    failures: list[str] = []
    for condition in dict.fromkeys([*references, *chosen]):
        active = probe(condition)
        first = names.setdefault(active, condition.name)
        if condition not in chosen:
            continue
        print(f"{condition.name:14}{active:54}", end="", flush=True)
        if not active:
            print("skipped: this machine does not have it")
        elif first != condition.name:
            print(f"skipped: the same as {first}")
            if "ROUNDING_SEED" in condition.settings:
                failures.append(f"{condition.name}: the perturbation is not on")
        else:
            start = time.perf_counter()
            for part in parts:
                outcome = run(condition, part)
                failures += outcome.failures
                counts = f"{outcome.passed} ok {len(outcome.failures):>3} failed"
                print(f"{counts:>18}", end="", flush=True)
            print(f"{time.perf_counter() - start:9.0f}")
    print(*failures, sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
