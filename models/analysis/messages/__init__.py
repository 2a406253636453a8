"""Who announces, takes and answers messages, how fast and in which order. Imports facts, `journeys`, `stores`."""
