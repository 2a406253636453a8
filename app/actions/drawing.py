"""Actions that draw: place an element, choose a link style, change what is drawn, lay out."""

from app.actions import editing
from app.actions.action import Action
from models.architecture import STYLES
from models.architecture.text import QT_TRANSLATE_NOOP

PLACES = tuple(
    Action(
        f"place-{kind}",
        title,
        "draw",
        lambda d, kind=kind: d.drawing.set_tool(kind),  # type: ignore[misc]  # the default binds the kind of this row
        (f"Ctrl+Alt+{number}",),
        kind,
    )
    for number, (kind, title) in enumerate(
        (
            ("client", QT_TRANSLATE_NOOP("actions", "Place a client")),
            ("service", QT_TRANSLATE_NOOP("actions", "Place a service")),
            ("gateway", QT_TRANSLATE_NOOP("actions", "Place a gateway")),
            ("datastore", QT_TRANSLATE_NOOP("actions", "Place a datastore")),
            ("queue", QT_TRANSLATE_NOOP("actions", "Place a queue")),
            ("topic", QT_TRANSLATE_NOOP("actions", "Place a topic")),
            ("external", QT_TRANSLATE_NOOP("actions", "Place an external")),
            ("group", QT_TRANSLATE_NOOP("actions", "Place a group")),
            ("note", QT_TRANSLATE_NOOP("actions", "Place a note")),
        ),
        start=1,
    )
)

_STYLE_TITLES = {
    "sync": QT_TRANSLATE_NOOP("actions", "Link style: sync"),
    "async": QT_TRANSLATE_NOOP("actions", "Link style: async"),
    "event": QT_TRANSLATE_NOOP("actions", "Link style: event"),
    "shared_data": QT_TRANSLATE_NOOP("actions", "Link style: data access"),
}
STYLE_USES = {style: editing.StyleUse(style) for style in STYLES}
STYLE_ACTIONS = tuple(
    Action(
        f"style-{style}",
        _STYLE_TITLES[style],
        "draw",
        use,
        (STYLES[style].key,),
        style.replace("_", "-"),
        1,
        checked_when=use.is_current,
    )
    for style, use in STYLE_USES.items()
)
DRAW = (
    *PLACES,
    *STYLE_ACTIONS,
    Action(
        "reverse",
        QT_TRANSLATE_NOOP("actions", "Reverse the link"),
        "draw",
        editing.reverse,
        ("Ctrl+R",),
        None,
        2,
        editing.links_selected,
    ),
    Action(
        "advise",
        QT_TRANSLATE_NOOP("actions", "Advise on the style of the selected link"),
        "draw",
        lambda d: d.advise(),
        ("Shift+F1",),
        None,
        2,
        editing.one_link_selected,
    ),
    Action(
        "explicit",
        QT_TRANSLATE_NOOP("actions", "Draw the channel of the link"),
        "draw",
        editing.make_channel_explicit,
        (),
        None,
        2,
        editing.channel_implied,
    ),
    Action(
        "group",
        QT_TRANSLATE_NOOP("actions", "Group"),
        "draw",
        editing.group,
        ("Ctrl+G",),
        "group",
        3,
        editing.elements_selected,
    ),
    Action(
        "ungroup",
        QT_TRANSLATE_NOOP("actions", "Ungroup"),
        "draw",
        editing.ungroup,
        ("Ctrl+Shift+G",),
        "ungroup",
        3,
        editing.group_selected,
    ),
    Action(
        "tidy",
        QT_TRANSLATE_NOOP("actions", "Lay out everything"),
        "draw",
        lambda d: d.tidy(only_selected=False),
        ("Ctrl+L",),
        "layout",
        4,
    ),
    Action(
        "tidy-selected",
        QT_TRANSLATE_NOOP("actions", "Lay out what is selected"),
        "draw",
        lambda d: d.tidy(only_selected=True),
        ("Ctrl+Shift+L",),
        None,
        4,
        editing.elements_selected,
    ),
)
