"""Actions on findings and simulation, and help."""

from app.actions.action import Action
from app.actions.desk import Desk
from models.architecture.text import QT_TRANSLATE_NOOP


def _finding_selected(desk: Desk) -> bool:
    return desk.finding_selected


FINDINGS = (
    Action(
        "next-finding", QT_TRANSLATE_NOOP("actions", "Next finding"), "findings", lambda d: d.step_finding(1), ("F8",)
    ),
    Action(
        "previous-finding",
        QT_TRANSLATE_NOOP("actions", "Previous finding"),
        "findings",
        lambda d: d.step_finding(-1),
        ("Shift+F8",),
    ),
    Action(
        "search-findings",
        QT_TRANSLATE_NOOP("actions", "Search the findings"),
        "findings",
        lambda d: d.search_findings(),
        ("Ctrl+F",),
        "search",
    ),
    Action(
        "fix",
        QT_TRANSLATE_NOOP("actions", "Fix the finding"),
        "findings",
        lambda d: d.fix_finding(),
        ("Ctrl+Return",),
        "fix",
        1,
        _finding_selected,
    ),
    Action(
        "explain",
        QT_TRANSLATE_NOOP("actions", "Explain the finding"),
        "findings",
        lambda d: d.explain_finding(),
        ("F1",),
        "explain",
        1,
        _finding_selected,
    ),
    Action(
        "accept",
        QT_TRANSLATE_NOOP("actions", "Accept the risk…"),
        "findings",
        lambda d: d.accept_finding(),
        ("Ctrl+Shift+W",),
        "accept-risk",
        1,
        _finding_selected,
    ),
    Action(
        "fix-all-safe",
        QT_TRANSLATE_NOOP("actions", "Apply all safe fixes"),
        "findings",
        lambda d: d.fix_all_safe(),
        ("Ctrl+Shift+Return",),
        None,
        2,
    ),
)
SIMULATION = (
    Action(
        "run",
        QT_TRANSLATE_NOOP("actions", "Run the scenario"),
        "simulation",
        lambda d: d.run_simulation(),
        ("F5",),
        "run",
        enabled_when=lambda d: not d.simulating,
    ),
    Action(
        "stop",
        QT_TRANSLATE_NOOP("actions", "Stop the run"),
        "simulation",
        lambda d: d.stop_simulation(),
        ("Shift+F5",),
        "stop",
        enabled_when=lambda d: d.simulating,
    ),
    Action(
        "add-scenario",
        QT_TRANSLATE_NOOP("actions", "New scenario"),
        "simulation",
        lambda d: d.add_scenario(),
        ("Ctrl+Shift+E",),
        "scenario",
        1,
    ),
    Action(
        "add-journey",
        QT_TRANSLATE_NOOP("actions", "New journey"),
        "simulation",
        lambda d: d.add_journey(),
        ("Ctrl+Shift+J",),
        "journey",
        1,
    ),
)
HELP = (
    Action("menu", QT_TRANSLATE_NOOP("actions", "Open the main menu"), "help", lambda d: d.show_menu(), ("F10",)),
    Action(
        "shortcuts",
        QT_TRANSLATE_NOOP("actions", "Keyboard shortcuts"),
        "help",
        lambda d: d.show_shortcuts(),
        ("Ctrl+/",),
    ),
    Action(
        "trust",
        QT_TRANSLATE_NOOP("actions", "How far the numbers can be trusted"),
        "help",
        lambda d: d.show_trust(),
    ),
    Action("about", QT_TRANSLATE_NOOP("actions", "About Loadpath"), "help", lambda d: d.show_about()),
)
