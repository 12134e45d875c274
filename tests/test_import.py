"""What `import mlp_lab` loads, and what the package ships."""

import json
import subprocess
import sys
from importlib import resources

import mlp_lab

HEAVY = {
    "matplotlib", "tqdm", "pooch", "ipywidgets", "anywidget", "IPython", "requests", "pandas",
    "scipy", "threadpoolctl", "urllib.request", "http.client", "sqlite3", "unittest", "joblib",
}  # fmt: skip


def loaded_after(code):
    """Return the names of the modules that a fresh interpreter has loaded after `code`."""
    script = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    return set(json.loads(done.stdout))


def test_importing_the_package_loads_numpy_and_nothing_else_that_is_heavy():
    loaded = loaded_after("import mlp_lab")
    beyond_numpy = loaded - loaded_after("import numpy, numpy.random")
    assert "numpy" in loaded
    assert not HEAVY & beyond_numpy
    packages = {name.partition(".")[0] for name in beyond_numpy}
    assert packages - sys.stdlib_module_names - {"numpy"} == {"mlp_lab"}


def test_evaluation_and_gradient_checks_do_without_matplotlib():
    loaded = loaded_after(
        "import mlp_lab.evaluation, mlp_lab.finite_differences, mlp_lab.data\n"
        "from mlp_lab import MLP, check_gradients\n"
        "report = check_gradients(MLP([2, 2], dtype='float64'), [[0.5, 0.25]], [1])\n"
        "assert report.passed and str(report)"
    )
    assert "matplotlib" not in loaded


def test_every_public_name_exists_and_is_documented():
    assert len(set(mlp_lab.__all__)) == len(mlp_lab.__all__)
    for name in mlp_lab.__all__:
        assert getattr(mlp_lab, name).__doc__


def test_the_names_of_the_design_are_public():
    assert set(mlp_lab.__all__) >= {
        "identity", "tanh", "sigmoid", "relu", "leaky_relu", "softmax", "squared_error",
        "cross_entropy", "MLP", "check_gradients", "train", "load_dataset", "load_mnist",
        "load_digits", "probe_learning_rates", "learning_rate_range_test",
    }  # fmt: skip


def test_type_checkers_find_the_annotations():
    assert resources.files(mlp_lab).joinpath("py.typed").is_file()
