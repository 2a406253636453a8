"""What a field that names another part may name, as (id, label) pairs."""

from app.panels.editors import Options
from app.panels.fields import Field
from models.architecture import KINDS, Architecture


def options_of(architecture: Architecture, field: Field) -> Options:
    """The parts `field` may name, by label."""
    match field.refers:
        case None:
            return ()
        case "profile":
            ids = [profile.id for profile in architecture.profiles]
        case "journey":
            ids = [journey.id for journey in architecture.journeys]
        case "link":
            ids = [link.id for link in architecture.links]
        case "part":
            ids = [
                *(e.id for e in architecture.elements if e.kind != "note"),
                *(link.id for link in architecture.links),
            ]
        case "entry":
            ids = [element.id for element in architecture.elements if KINDS[element.kind].connects]
        case kind:
            ids = [element.id for element in architecture.elements if element.kind == kind]
    pairs = [(part_id, architecture.label(part_id)) for part_id in ids]
    return tuple(sorted(pairs, key=lambda pair: (pair[0] in architecture.link_by_id, pair[1].casefold())))
