"""Tests, in rings: unit, contract, integration, acceptance."""
