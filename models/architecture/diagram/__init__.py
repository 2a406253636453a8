"""How a diagram looks and where its parts stand: one truth for the canvas and for every export.

Pictures of elements (`shapes`), routes of links (`routing`, `link_picture`), frames of groups (`frames`), automatic
placement (`layout`). Pure geometry in pixels; colours are names of theme tokens. Imports the model and nothing above
it, no Qt and no numpy.
"""

from models.architecture.diagram.frames import boxes, group_rect, shown, size_of
from models.architecture.diagram.geometry import Path, Point, Polyline, Rect
from models.architecture.diagram.icons import icon, icon_name, icon_size
from models.architecture.diagram.link_picture import band, hop, link_marks, link_text
from models.architecture.diagram.live_routing import LiveRouter
from models.architecture.diagram.picture import Mark, NodePicture, TextLine
from models.architecture.diagram.ports import ports
from models.architecture.diagram.route import Route
from models.architecture.diagram.routing import Router, routes
from models.architecture.diagram.shapes import default_size, node_picture
from models.architecture.diagram.text_width import elided, text_width, wrapped

__all__ = [
    "LiveRouter",
    "Mark",
    "NodePicture",
    "Path",
    "Point",
    "Polyline",
    "Rect",
    "Route",
    "Router",
    "TextLine",
    "band",
    "boxes",
    "default_size",
    "elided",
    "group_rect",
    "hop",
    "icon",
    "icon_name",
    "icon_size",
    "link_marks",
    "link_text",
    "node_picture",
    "ports",
    "routes",
    "shown",
    "size_of",
    "text_width",
    "wrapped",
]
