"""Rules about events and contracts. May import what `models.analysis` shares, and no other rule."""
