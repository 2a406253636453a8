"""What a person can do, as data: one row per action; menus, shortcuts, toolbar and command palette derive from it.

An action knows the `Desk` (document, canvas, what the window can do) and nothing of widgets. May import Qt,
`app.background`, `app.document` and below, and `models`.
"""

from app.actions.action import MENUS, Action
from app.actions.catalogue import ACTIONS, by_id
from app.actions.desk import Desk, Drawing
from app.actions.search import search
from app.actions.shelf import Shelf

__all__ = ["ACTIONS", "MENUS", "Action", "Desk", "Drawing", "Shelf", "by_id", "search"]
