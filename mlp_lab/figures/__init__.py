"""Figures: plots, widgets, and the interactive set pieces of the lessons, a module each."""

from mlp_lab.figures.plots import (
    MARK,
    TRAIN,
    VALIDATION,
    confusion,
    image_grid,
    live_curves,
    show,
    weight_mosaic,
)

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
