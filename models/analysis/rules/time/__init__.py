"""Rules about who must be up at the same moment. May import what `models.analysis` shares, and no other rule."""
