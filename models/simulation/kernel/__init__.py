"""The compiled kernel. It knows nothing of the model: arrays in, arrays out. Imports numpy,
`models.simulation.machine`, which compiles it, and itself only.
"""
