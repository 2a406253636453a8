"""Who uses which store and which data, how often, over how many connections. Imports facts and `journeys`."""
