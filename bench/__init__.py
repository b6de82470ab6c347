"""Figures, measured on the running system: `make bench` prints them and writes results.md."""
