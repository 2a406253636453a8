"""What a journey takes, needs and promises. Imports shared facts, `graph`, `stores` and who takes messages."""
