"""Configuration of the course: `nbgrader` reads it when it is started in this folder."""

import os
import sys
from pathlib import Path

from nbgrader import preprocessors
from traitlets.config import get_config

COURSE = Path(__file__).resolve().parent

# The inputs on which submissions are graded are drawn from it. Choose a number of your own, and do
# not hand this file to students.
GRADING_SEED = 20260901

os.environ["MLP_LAB_GRADING_SEED"] = str(GRADING_SEED)
sys.path.insert(0, str(COURSE))
from autograde import SUBMISSION
from grading import DropRepeatedIds, GradeAnswers

c = get_config()
c.CourseDirectory.course_id = "mlp_lab"
# nbgrader's own steps, but for two: where it would run the notebook, and where it drops ids
c.Autograde.sanitize_preprocessors = [
    preprocessors.ClearOutput,
    DropRepeatedIds,
    preprocessors.OverwriteKernelspec,
    preprocessors.OverwriteCells,
    preprocessors.CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    GradeAnswers,
    preprocessors.IgnorePattern,
    preprocessors.LimitOutput,
    preprocessors.SaveAutoGrades,
    preprocessors.AssignLatePenalties,
    preprocessors.CheckCellMetadata,
]
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"
c.FileNameCollectorPlugin.named_regexp = SUBMISSION
