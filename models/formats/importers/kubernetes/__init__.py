"""Kubernetes manifests: services from workloads, links from what their settings and command lines name.

`objects` sorts documents, `settings` resolves what a container is told, `tracing` finds whom it names, `drafting` makes
the model. Secrets are never read. A manifest shows addresses, not behaviour: what is guessed is marked so.
"""

from models.formats.foreign import Importer
from models.formats.importers.kubernetes.reading import read, recognise

IMPORTER = Importer("kubernetes", "Kubernetes manifests", ("*.yaml", "*.yml", "*.json"), recognise, read)
