"""Figures: plots, widgets, and the interactive set pieces of the lessons, a module each."""

from mlp_lab.figures.confusion_matrix import confusion
from mlp_lab.figures.images import image_grid
from mlp_lab.figures.paper import MARK, TRAIN, VALIDATION, show
from mlp_lab.figures.training_curves import live_curves
from mlp_lab.figures.weights import weight_mosaic

__all__ = [
    "MARK",
    "TRAIN",
    "VALIDATION",
    "confusion",
    "image_grid",
    "live_curves",
    "show",
    "weight_mosaic",
]
