"""One suite for every maker of the port of inspections."""
