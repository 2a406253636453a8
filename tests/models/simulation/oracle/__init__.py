"""A slow simulator that is easy to believe: one Python generator per request, written from the description of the
semantics alone. It reads an architecture and shares no line with `models.simulation`, which it checks.
"""
