"""Everything one can know about an architecture without a screen.

May import the standard library and the packages named in pyproject.toml, never Qt and never `app`. Inside, imports
point down only: reports > evidence > analysis | simulation | formats (never each other) > architecture.
"""

__version__ = "0.1.0"
