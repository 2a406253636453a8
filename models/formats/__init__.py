"""Model files: Loadpath's own format, and what can be read from and written for other tools.

Imports `models.architecture` and `models.resources`. Each importer and each exporter is one file that imports no other.
"""
