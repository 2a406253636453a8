"""From older versions of the format to the next, one file per step; applied in memory when a file is opened."""

from models.formats.native.migrations import from_0_9
from models.formats.native.migrations.migration import Migration

MIGRATIONS: tuple[Migration, ...] = (Migration((0, 9), (1, 0), from_0_9.migrate),)
"""Each leads from one version to the next."""
