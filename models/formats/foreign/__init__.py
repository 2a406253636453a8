"""What importers share: reading foreign files within limits, knowing images and addresses, drafting a model.

Imports `models.architecture` only; the formats themselves are in `models.formats.importers`, one each.
"""

from models.formats.foreign.importer import Imported, Importer, SourceError

__all__ = ["Imported", "Importer", "SourceError"]
