"""Rules about topology, technology and the undecided. May import what `models.analysis` shares, and no other rule."""
