"""Tests of the evaluation of routing."""
