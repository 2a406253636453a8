"""Rules about resilience of calls. May import what `models.analysis` shares, and no other rule."""
