"""How dates are written where Django's own habit isn't ours: the day before the month, and a clock of 24 hours."""
