"""The table of lesson 10: a run stands in its file once, whatever is killed meanwhile."""

from dataclasses import replace

import numpy as np
import pytest
import tiny_table
from table import add_average, errors_of, make, probabilities_file
from tiny_table import runs_in

from mlp_lab import MLP, SGD, load_digits, train
from mlp_lab.data.augment import Distortion
from mlp_lab.evaluation import accuracy
from mlp_lab.optimizers import cosine_decay
from mlp_lab.table.results import COLUMNS, RESULTS, append_result, lines_of, read_results
from mlp_lab.table.rows import ABLATION, PAPER, ROWS, Row
from mlp_lab.table.runs import Run, parts, run

PLAIN, _, FINAL = tiny_table.ROWS
OUTCOME = Run(1.5, 2.0, 2, np.eye(10))


def test_what_is_there_is_not_run_again_and_other_settings_are(tmp_path, capsys):
    path = tmp_path / "results.csv"
    make([PLAIN], 1, 1, path)
    first = path.read_text()
    make([PLAIN], 2, 1, path)
    assert path.read_text().startswith(first)
    make([replace(PLAIN, momentum=0.5)], 1, 1, path)
    assert runs_in(path) == [("plain", "0"), ("plain", "1"), ("plain", "0")]
    assert [*lines_of(PLAIN, read_results(path))] == ["0", "1"]
    assert "20/20" in capsys.readouterr().err  # the bar counts the epochs that were missing


@pytest.mark.parametrize("left", [1, 30, -1])
def test_a_torn_last_line_is_dropped_and_run_again(left, tmp_path):
    path = tmp_path / "results.csv"
    append_result(path, PLAIN, "0", OUTCOME)
    append_result(path, PLAIN, "1", OUTCOME)
    whole = path.read_bytes()
    first, last = whole[: whole[:-1].rfind(b"\n") + 1], whole.splitlines(keepends=True)[-1]
    path.write_bytes(first + last[:left])
    assert runs_in(path) == [("plain", "0")]
    append_result(path, PLAIN, "1", OUTCOME)
    assert path.read_bytes() == whole


def test_a_file_that_holds_only_half_a_heading_is_begun_anew(tmp_path):
    path = tmp_path / "results.csv"
    path.write_text("name,siz")
    assert read_results(path) == []
    append_result(path, PLAIN, "0", OUTCOME)
    assert runs_in(path) == [("plain", "0")]
    assert path.read_text().splitlines()[0] == ",".join(COLUMNS)


def test_a_file_with_other_columns_is_left_alone(tmp_path):
    path = tmp_path / "results.csv"
    path.write_text("name,seed\nplain,0\n")
    with pytest.raises(ValueError, match="other columns"):
        make([PLAIN], 1, 1, path)
    assert path.read_text() == "name,seed\nplain,0\n"


def test_the_average_of_the_networks_is_that_of_their_probabilities(tmp_path, capsys):
    path, test = tmp_path / "results.csv", load_digits().test
    right, wrong = np.eye(10)[test.labels], np.eye(10)[(test.labels + 1) % 10]
    file = probabilities_file(path, FINAL, 0)
    file.parent.mkdir()
    for seed, probabilities in enumerate((0.9 * right + 0.1 * wrong, 0.4 * right + 0.6 * wrong)):
        append_result(path, FINAL, str(seed), OUTCOME)
        np.save(probabilities_file(path, FINAL, seed), probabilities)
    add_average(path, FINAL, 2)
    add_average(path, FINAL, 2)
    assert runs_in(path)[2:] == [("final", "average of 2")]
    line = read_results(path)[-1]
    assert (line["error"], line["seconds"]) == ("0.00", "4.0")
    assert errors_of([FINAL], path) == {"final": [1.5, 1.5], "final, average of 2": [0.0]}

    append_result(path, FINAL, "2", OUTCOME)
    add_average(path, FINAL, 3)
    assert "lacks final-2.npy" in capsys.readouterr().out
    assert len(runs_in(path)) == 4


def test_final_rows_alone_see_the_test_images_and_train_on_the_rest():
    data = load_digits()
    assert parts(data, final=False) == (data.train, data.validation)
    training, judged = parts(data, final=True)
    assert judged is data.test
    assert np.array_equal(training.inputs, [*data.train.inputs, *data.validation.inputs])
    assert np.array_equal(training.labels, [*data.train.labels, *data.validation.labels])


def test_every_setting_and_the_seed_reach_the_training():
    data, bent = load_digits(), Distortion((8, 8), bend=5)
    row = Row("own", (64, 30, 10), "squared_error", "tanh", bent, 3, 0.2, 0.5, 50, False, "digits")
    network = MLP((64, 30, 10), hidden="tanh", seed=7)
    train(network, data.train, epochs=3, batch_size=50, learning_rate=cosine_decay(0.2, 3),
          loss="squared_error", optimizer=SGD(0.5), seed=7, progress=False,
          transform=bent)  # fmt: skip
    outcome = run(row, 7)
    assert np.array_equal(outcome.probabilities, network.forward(data.validation.inputs))
    assert outcome.error == pytest.approx(100 - 100 * accuracy(network, data.validation))


def test_rows_have_names_of_their_own_and_the_ablation_stays_away_from_the_test_images():
    assert len(ROWS) == len({replace(row, name="") for row in ROWS.values()}) == 19
    assert not any(row.final for row in ABLATION)
    assert all(row.final for row in PAPER)


def test_a_row_that_is_computed_again_is_what_its_line_says(tmp_path):
    path = tmp_path / "results.csv"
    make(tiny_table.ROWS, 1, 2, path)
    lines = read_results(path)
    for row in tiny_table.ROWS:
        assert f"{run(row, 0).error:.2f}" == lines_of(row, lines)["0"]["error"]


@pytest.mark.slow
def test_the_shortest_row_of_the_table_is_what_its_line_says(mnist):
    made = {row: lines_of(row, read_results(RESULTS)) for row in ROWS.values()}
    rows = [row for row, lines in made.items() if lines]
    if not rows:
        pytest.skip("the table is not made yet: python tools/table.py")
    row = min(rows, key=lambda row: row.epochs * sum(row.sizes))
    # another processor rounds otherwise, which moves a few images of 10,000
    assert run(row, 0).error == pytest.approx(float(made[row]["0"]["error"]), abs=0.3)
