"""Pictures for the lessons: each function takes data and returns a matplotlib Figure made without pyplot.

A cell shows a figure by ending in it, or by `display(figure)`. Each figure says in words what it shows
(`figure.description`), which becomes the picture's alternative text.
"""

from utils.plots.activations import activation_functions, activations
from utils.plots.boundaries import decision_boundaries, decision_regions
from utils.plots.curves import bars, curve_panels, curves, points_and_curves
from utils.plots.diagrams import nested_sets, network_diagram, neuron_diagram, timeline
from utils.plots.distributions import gradient_flow, histograms
from utils.plots.images import digit_gallery, grid_to_vector, weight_images
from utils.plots.landscape import loss_contours, loss_slope
from utils.plots.losses import loss_curves
from utils.plots.maps import class_maps, grid_nets, unit_maps
from utils.plots.matrices import confusion_matrix, number_grids
from utils.plots.results import scoreboard
from utils.plots.sequences import over_rows, unrolled_diagram
from utils.plots.vectors import vector_addition

__all__ = [
    "activation_functions",
    "activations",
    "bars",
    "class_maps",
    "confusion_matrix",
    "curve_panels",
    "curves",
    "decision_boundaries",
    "decision_regions",
    "digit_gallery",
    "gradient_flow",
    "grid_nets",
    "grid_to_vector",
    "histograms",
    "loss_contours",
    "loss_curves",
    "loss_slope",
    "nested_sets",
    "network_diagram",
    "neuron_diagram",
    "number_grids",
    "over_rows",
    "points_and_curves",
    "scoreboard",
    "timeline",
    "unit_maps",
    "unrolled_diagram",
    "vector_addition",
    "weight_images",
]
