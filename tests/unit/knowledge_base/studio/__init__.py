"""Tests of what the studio does behind its pages."""
