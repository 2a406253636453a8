"""All actions, in the order of their menus."""

from app.actions.action import Action
from app.actions.arranging import ARRANGE
from app.actions.drawing import DRAW
from app.actions.edition import EDIT
from app.actions.filing import FILE
from app.actions.study import FINDINGS, HELP, SIMULATION
from app.actions.viewing import VIEW

ACTIONS: tuple[Action, ...] = (*FILE, *EDIT, *DRAW, *ARRANGE, *VIEW, *FINDINGS, *SIMULATION, *HELP)
by_id: dict[str, Action] = {action.id: action for action in ACTIONS}
