"""Publishing with a safety net: build, compare, release, announce, roll back.

Entry points: `publisher.Publisher` (who publishes), `replica.Replica` (each process that searches).
"""
