"""Configuration of the course: `nbgrader` reads it when it is started in this folder."""

import os
from pathlib import Path

from traitlets.config import get_config

COURSE = Path(__file__).resolve().parent

# The inputs on which submissions are graded are drawn from it. Choose a number of your own, and do
# not hand this file to students.
GRADING_SEED = 20260901

os.environ["MLP_LAB_GRADING_SEED"] = str(GRADING_SEED)
# grading.py, which the hidden tests import, is found by the kernels that grade
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [str(COURSE), os.environ.get("PYTHONPATH")])
)
os.environ["OMP_NUM_THREADS"] = "1"

c = get_config()
c.CourseDirectory.course_id = "mlp_lab"
c.ExecutePreprocessor.timeout = 60  # seconds a cell may take
c.ExecutePreprocessor.iopub_timeout = 10
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"
# Without a hub: submissions named STUDENT_ASSIGNMENT.ipynb, such as ada_01_activations.ipynb
c.FileNameCollectorPlugin.named_regexp = (
    r".*/(?P<student_id>[A-Za-z0-9.\-]+)_(?P<file_id>\d\d_[a-z_]+)\.ipynb$"
)
