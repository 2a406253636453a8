"""How long is waited, how long must be, and which timeouts bring the two together. Imports what `fixes` import."""
