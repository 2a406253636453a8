"""Words about a part of the diagram: for the mouse that rests on it, and for screen readers."""

from html import escape

from app.canvas.badges import Badge
from app.canvas.commands import kind_label, kind_of, style_label, translate
from app.translation import translate as translated
from models.architecture import Architecture, Element, in_force
from models.architecture.diagram.captions import duration, subtitle
from models.architecture.links import Link

LONGEST = 400


def tip(architecture: Architecture, part_id: str, badges: dict[str, Badge]) -> str:
    """A few lines of HTML; everything a person wrote is escaped."""
    title, *lines = _lines(architecture, part_id, badges)
    rest = "".join(f"<br>{escape(line)}" for line in lines)
    return f"<qt><b>{escape(title)}</b>{rest}</qt>"


def described(architecture: Architecture, ids: tuple[str, ...], badges: dict[str, Badge]) -> str:
    """One sentence about what is selected."""
    if not ids:
        return translate("Canvas", "Nothing selected")
    if len(ids) > 1:
        return translate("Canvas", "{count} parts selected").format(count=len(ids))
    return ", ".join(_lines(architecture, ids[0], badges))


def _lines(architecture: Architecture, part_id: str, badges: dict[str, Badge]) -> list[str]:
    lines = [architecture.label(part_id)[:LONGEST]]
    part: Element | Link
    if (element := architecture.element_by_id.get(part_id)) is not None:
        part = element
        lines.append(kind_label(kind_of(element)))
        if (caption := subtitle(architecture, element, translated)).text:
            lines.append(_marked(caption.text, caption.assumed))
        if element.owner:
            lines.append(translate("Canvas", "owned by {owner}").format(owner=element.owner))
    elif (link := architecture.link_by_id.get(part_id)) is not None:
        part = link
        lines.append(style_label(link.style))
        lines += _link_facts(architecture, link)
    else:
        return lines
    if part.description:
        lines.append(part.description[:LONGEST])
    guessed = sorted(name for name, source in part.provenance.items() if source.from_ == "guess")
    if guessed:
        lines.append(translate("Canvas", "guessed by an import: {names}").format(names=", ".join(guessed)))
    if part_id in badges:
        lines.append(translate("Canvas", "findings: {count}").format(count=badges[part_id][0]))
    return lines


def _link_facts(architecture: Architecture, link: Link) -> list[str]:
    facts = []
    if "timeout_ms" in type(link).model_fields:
        value = in_force(architecture, link, "timeout_ms")
        word = duration(value.value) if isinstance(value.value, int | float) else str(value.value)
        facts.append(_marked(translate("Canvas", "timeout {value}").format(value=word), not value.stated))
    if link.technology:
        facts.append(link.technology)
    return facts


def _marked(words: str, assumed: bool) -> str:
    return translate("Canvas", "{words} (assumed)").format(words=words) if assumed else words
