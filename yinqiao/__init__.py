"""Composition: settings, wiring, the command line, the process supervisor.

The only package that knows all the others.
"""
