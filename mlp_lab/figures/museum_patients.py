"""Wrong gradients as patients without a name: the marks that they leave, to guess the bug by."""

from mlp_lab.figures.injected_bugs import draw_report, red_tensors
from mlp_lab.figures.widgets import LiveFigure, Menu, Picture
from mlp_lab.museum.checks import small_report, wrong_gradients
from mlp_lab.museum.exhibits import EXHIBITS, Exhibit

ORDER = [7, 2, 9, 5, 0, 4, 10, 8, 1, 3, 6]
"""In which the exhibits are shown, so that the catalogue does not give them away."""


def patients() -> list[Exhibit]:
    """Return the exhibits that the gradient check finds, in the order of the menu.

    Examples
    --------
    >>> len(patients())
    11
    """
    found = [exhibit for exhibit in EXHIBITS if exhibit.complaint is wrong_gradients]
    return [found[number] for number in ORDER]


def museum_patients() -> LiveFigure:
    """Return the interactive figure: choose a patient, guess its bug, then look at the answer.

    Examples
    --------
    >>> figure = museum_patients()
    >>> figure.move(patient=4, answer="shown")
    >>> "one sum for all biases" in figure.status
    True
    """
    shown = patients()
    reports = [small_report(exhibit.broken) for exhibit in shown]

    def draw(patient: int, answer: str) -> Picture:
        exhibit, report = shown[patient - 1], reports[patient - 1]
        figure = draw_report(report)
        words = f"wrong in {', '.join(red_tensors(report))}"
        is_shown = answer == "shown"
        title = exhibit.name if is_shown else f"{len(red_tensors(report))} of 6 tensors are wrong"
        figure.suptitle(f"Patient {patient}: {title}")
        diagnosis = f"{exhibit.name}: `{exhibit.wrong}`" if is_shown else "not shown"
        return Picture(
            figure,
            f"Relative errors of all gradients of a small network, patient {patient}: {words}.",
            f"Patient {patient}: {words}. Diagnosis: {diagnosis}",
        )

    return LiveFigure(
        draw,
        patient=Menu("patient", range(1, len(shown) + 1), start=1),
        answer=Menu("diagnosis", ["hidden", "shown"], start="hidden"),
    )
