"""Words for people, kept apart from their values so that any language can be put in their place.

A rule or a verdict builds a `Text` from an English template; `str(text)` is English, `text.translated(...)` asks a
translation function for the template and fills the values in. Templates are marked with `QT_TRANSLATE_NOOP`, a name
that translation tools look for in source files that import no Qt.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

Translate = Callable[[str, str], str]
"""(context, English template) -> template in the reader's language."""


_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def without_direction(text: str) -> str:
    """The text without characters that turn the direction of writing: with them a name could read as another one.

    Hebrew and Arabic need none of them to be shown right.
    """
    return text if text.isascii() else _DIRECTION.sub("", text)


def QT_TRANSLATE_NOOP(context: str, template: str) -> str:  # noqa: N802 - the name translation tools extract
    """Marks a template for extraction and returns it unchanged."""
    return template


@dataclass(frozen=True, slots=True)
class Text:
    """A template of `context` with named `{values}`; a value may be another `Text`."""

    context: str
    template: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format_map(self.values)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def translated(self, translate: Translate) -> str:
        """The sentence in the language of `translate`; values that are `Text` are translated too."""
        filled = {
            name: value.translated(translate) if isinstance(value, Text) else value
            for name, value in self.values.items()
        }
        return translate(self.context, self.template).format_map(filled)


def say(context: str, template: str, /, **values: object) -> Text:
    """Shorthand for `Text(context, template, values)`; mark the template with `QT_TRANSLATE_NOOP`."""
    return Text(context, template, values)
