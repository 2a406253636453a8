"""The shape of a system: circles, closures, chains and the heaviest ways through it. Imports shared facts and below."""
