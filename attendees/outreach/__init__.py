"""How we ask: the cadence, the wording, the sending, and when it stops."""
