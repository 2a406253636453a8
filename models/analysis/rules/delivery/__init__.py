"""Rules about message delivery. May import what `models.analysis` shares, and no other rule."""
