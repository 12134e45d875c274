"""The table of lesson 10: a run stands in its file once, whatever is killed meanwhile."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tiny_table
from table import add_average, make, probabilities_file
from tiny_table import runs_in

from mlp_lab import MLP, SGD, load_digits, train
from mlp_lab.data.augment import Distortion
from mlp_lab.evaluation import accuracy
from mlp_lab.optimizers import cosine_decay
from mlp_lab.table.comparison import comparison_table
from mlp_lab.table.mistakes import MISTAKES, read_mistakes, write_mistakes
from mlp_lab.table.results import COLUMNS, RESULTS, append_result, errors_of, lines_of, read_results
from mlp_lab.table.rows import ABLATION, PAPER, ROWS, Row
from mlp_lab.table.rows import FINAL as FINAL_ROWS
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
    assert errors_of([FINAL], read_results(path)) == {
        "final": [1.5, 1.5],
        "final, average of 2": [0.0],
    }

    append_result(path, FINAL, "2", OUTCOME)
    add_average(path, FINAL, 3)
    assert "lacks final-2.npy" in capsys.readouterr().out
    assert len(runs_in(path)) == 4


def test_what_the_average_gets_wrong_stands_in_a_file_of_its_own(tmp_path):
    path, test = tmp_path / "results.csv", load_digits().test
    probabilities = np.eye(10)[test.labels]
    probabilities[[3, 30]] = np.eye(10)[(test.labels[[3, 30]] + 1) % 10]
    for row in (FINAL, replace(FINAL, name="other", epochs=5), FINAL):  # the second time, no more
        file = probabilities_file(path, row, 0)
        file.parent.mkdir(exist_ok=True)
        np.save(file, probabilities)
        append_result(path, row, "0", OUTCOME)
        add_average(path, row, 1)
    for name in ("final", "other"):
        mistakes = read_mistakes(name, tmp_path / "mistakes.csv")
        wrong = test.labels[[3, 30]]
        assert mistakes.tolist() == [[3, wrong[0], (wrong[0] + 1) % 10],
                                     [30, wrong[1], (wrong[1] + 1) % 10]]  # fmt: skip


def test_mistakes_that_are_written_again_take_the_place_of_the_old_ones(tmp_path):
    path, labels = tmp_path / "mistakes.csv", np.array([0, 1])
    for answers in ([1, 1], [0, 0]):
        write_mistakes(path, "final", np.eye(2)[answers], labels)
    assert read_mistakes("final", path).tolist() == [[1, 1, 0]]


def test_a_run_that_another_command_has_made_meanwhile_is_not_written_twice(tmp_path, monkeypatch):
    path = tmp_path / "results.csv"

    def twice(calls, jobs):
        for key, call in calls:
            append_result(path, PLAIN, "0", OUTCOME)  # the other command is faster
            yield key, call()

    monkeypatch.setattr("table.as_they_finish", twice)
    make([PLAIN], 1, 1, path)
    assert runs_in(path) == [("plain", "0")]


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
    assert len(ROWS) == len({replace(row, name="") for row in ROWS.values()}) == 25
    assert not any(row.final for row in ABLATION)
    assert all(row.final for row in PAPER)


def test_a_row_that_is_computed_again_is_what_its_line_says(tmp_path):
    path = tmp_path / "results.csv"
    make(tiny_table.ROWS, 1, 2, path)
    lines = read_results(path)
    for row in tiny_table.ROWS:
        assert f"{run(row, 0).error:.2f}" == lines_of(row, lines)["0"]["error"]


def test_the_mistakes_that_are_told_are_those_that_were_counted():
    lines = read_results(RESULTS)
    for row in (*PAPER, *FINAL_ROWS):
        average = lines_of(row, lines)["average of 5"]
        mistakes = read_mistakes(row.name, MISTAKES)
        assert len(mistakes) == round(100 * float(average["error"]))
        assert (mistakes[:, 1] != mistakes[:, 2]).all()


def test_every_row_of_the_table_is_there_once_a_seed_and_took_at_most_twelve_minutes():
    lines = read_results(RESULTS)
    for row in ROWS.values():
        seeds = [line["seed"] for line in lines if row.settings().items() <= line.items()]
        wanted = ["0", "1", "2", "3", "4", "average of 5"] if row.final else ["0", "1", "2"]
        assert set(wanted) <= set(seeds), row.name
        assert len(seeds) == len(set(seeds)), row.name
        for seed, line in lines_of(row, lines).items():
            assert float(line["seconds"]) <= 720 or not seed.isdecimal(), line


def test_the_table_holds_what_the_readme_says_of_it():
    errors = errors_of(ROWS.values(), read_results(RESULTS))
    best = FINAL_ROWS[-1]
    assert np.mean(errors[best.name]) <= 0.68
    assert errors[f"{best.name}, average of 5"][0] <= 0.55
    assert np.mean(errors["paper-800-cross-entropy"]) <= 1.6
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    lines = read_results(RESULTS)
    assert comparison_table(lines) in readme
    seconds = sum(float(line["seconds"]) for line in lines if line["seed"].isdecimal())
    assert f"about {seconds / 3600:.0f} hours of one core" in readme


@pytest.mark.slow
def test_the_shortest_row_of_the_table_is_what_its_line_says(mnist):
    made = {row: lines_of(row, read_results(RESULTS)) for row in ROWS.values()}
    rows = [row for row, lines in made.items() if lines]
    row = min(rows, key=lambda row: row.epochs * sum(row.sizes))
    # another processor rounds otherwise, which moves a few images of 10,000
    assert run(row, 0).error == pytest.approx(float(made[row]["0"]["error"]), abs=0.2)
