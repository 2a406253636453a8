"""Actions that change only what is seen: zoom, panels, tabs, themes."""

from functools import partial

from app.actions import editing
from app.actions.action import Action
from app.actions.desk import Desk
from models.architecture.text import QT_TRANSLATE_NOOP


def _toggle_overlay(desk: Desk, name: str) -> None:
    desk.set_overlay("findings" if desk.overlay == name else name)


def _shows_overlay(desk: Desk, name: str) -> bool:
    return desk.overlay == name


VIEW = (
    Action(
        "fit",
        QT_TRANSLATE_NOOP("actions", "Fit the drawing"),
        "view",
        lambda d: d.drawing.fit(),
        ("F", "Ctrl+0"),
        "fit",
    ),
    Action(
        "zoom-selection",
        QT_TRANSLATE_NOOP("actions", "Zoom to what is selected"),
        "view",
        lambda d: d.drawing.zoom_to_selection(),
        ("Shift+F",),
        enabled_when=editing.selected,
    ),
    Action(
        "zoom-in",
        QT_TRANSLATE_NOOP("actions", "Zoom in"),
        "view",
        lambda d: d.drawing.zoom_in(),
        ("Ctrl++", "Ctrl+="),
        "zoom-in",
    ),
    Action(
        "zoom-out",
        QT_TRANSLATE_NOOP("actions", "Zoom out"),
        "view",
        lambda d: d.drawing.zoom_out(),
        ("Ctrl+-",),
        "zoom-out",
    ),
    Action(
        "zoom-actual",
        QT_TRANSLATE_NOOP("actions", "Actual size"),
        "view",
        lambda d: d.drawing.zoom_to_actual_size(),
        ("Ctrl+1",),
    ),
    Action(
        "next-overlay",
        QT_TRANSLATE_NOOP("actions", "Next overlay"),
        "view",
        lambda d: d.show_next_overlay(),
        ("O",),
        "overlay",
        1,
    ),
    Action(
        "findings-on-canvas",
        QT_TRANSLATE_NOOP("actions", "Findings on the drawing"),
        "view",
        lambda d: d.set_overlay("none" if d.overlay == "findings" else "findings"),
        part=1,
        checked_when=lambda d: d.overlay == "findings",
    ),
    *(
        Action(
            f"overlay-{name}",
            title,
            "view",
            partial(_toggle_overlay, name=name),
            part=1,
            checked_when=partial(_shows_overlay, name=name),
        )
        for name, title in (
            ("together", QT_TRANSLATE_NOOP("actions", "What must be up together, on the drawing")),
            ("calls", QT_TRANSLATE_NOOP("actions", "How often calls multiply, on the drawing")),
            ("budgets", QT_TRANSLATE_NOOP("actions", "Time budgets, on the drawing")),
            ("owners", QT_TRANSLATE_NOOP("actions", "Owners, on the drawing")),
            ("load", QT_TRANSLATE_NOOP("actions", "How busy parts are by the rates, on the drawing")),
        )
    ),
    Action(
        "load-on-canvas",
        QT_TRANSLATE_NOOP("actions", "How busy the last run was, on the drawing"),
        "view",
        lambda d: d.set_overlay("findings" if d.overlay == "busy" else "busy"),
        ("Shift+O",),
        part=1,
        enabled_when=lambda d: d.has_run,
        checked_when=lambda d: d.overlay == "busy",
    ),
    Action(
        "legend",
        QT_TRANSLATE_NOOP("actions", "Legend"),
        "view",
        lambda d: d.set_legend_visible(not d.legend_visible),
        ("Ctrl+Shift+K",),
        part=1,
        checked_when=lambda d: d.legend_visible,
    ),
    *(
        Action(
            f"panel-{name}",
            title,
            "view",
            lambda d, name=name: d.toggle_panel(name),  # type: ignore[misc]  # the default binds the name of this row
            (key,),
            part=2,
            checked_when=lambda d, name=name: d.panel_shown(name),  # type: ignore[misc]  # as above
        )
        for name, title, key in (
            ("left", QT_TRANSLATE_NOOP("actions", "Palette and outline"), "Ctrl+Alt+L"),
            ("inspector", QT_TRANSLATE_NOOP("actions", "Inspector"), "Ctrl+Alt+I"),
            ("bottom", QT_TRANSLATE_NOOP("actions", "Findings and simulation"), "Ctrl+Alt+B"),
            ("minimap", QT_TRANSLATE_NOOP("actions", "Overview map"), "Ctrl+Alt+M"),
        )
    ),
    Action(
        "go-canvas",
        QT_TRANSLATE_NOOP("actions", "Go to the drawing"),
        "view",
        lambda d: d.focus_canvas(),
        ("Alt+1",),
        part=3,
    ),
    Action(
        "go-inspector",
        QT_TRANSLATE_NOOP("actions", "Go to the inspector"),
        "view",
        lambda d: d.focus_inspector(),
        ("Alt+2",),
        part=3,
    ),
    *(
        Action(
            f"tab-{name}",
            title,
            "view",
            lambda d, name=name: d.show_tab(name),  # type: ignore[misc]  # the default binds the name of this row
            (key,),
            part=3,
        )
        for name, title, key in (
            ("findings", QT_TRANSLATE_NOOP("actions", "Go to the findings"), "Alt+3"),
            ("simulation", QT_TRANSLATE_NOOP("actions", "Go to the simulation"), "Alt+4"),
            ("scenarios", QT_TRANSLATE_NOOP("actions", "Go to the scenarios"), "Alt+5"),
            ("journeys", QT_TRANSLATE_NOOP("actions", "Go to the journeys"), "Alt+6"),
        )
    ),
    *(
        Action(
            f"theme-{name}",
            title,
            "view",
            lambda d, name=name: d.set_theme(name),  # type: ignore[misc]  # the default binds the name of this row
            part=4,
            checked_when=lambda d, name=name: d.settings.theme == name,  # type: ignore[misc]  # as above
        )
        for name, title in (
            ("light", QT_TRANSLATE_NOOP("actions", "Light theme")),
            ("dark", QT_TRANSLATE_NOOP("actions", "Dark theme")),
            ("system", QT_TRANSLATE_NOOP("actions", "Theme of the system")),
        )
    ),
)
