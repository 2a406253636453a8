"""What people are given to read: the report, Markdown, differences in words.

May import everything in `models`; composes the diagram of `models.formats`, the findings of `models.analysis` and the
results of `models.simulation`. Imports no Qt and nothing of `app`.
"""
