"""The compiled kernel. It knows nothing of the model: arrays in, arrays out. Imports numba, numpy and itself only."""
