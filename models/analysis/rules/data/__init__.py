"""Rules about common data. May import what `models.analysis` shares, and no other rule."""
