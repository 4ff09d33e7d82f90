"""A rehearsal: made-up people go through a whole program on a virtual calendar, through the real compiled flows."""
