"""Tests of publishing with a safety net."""
