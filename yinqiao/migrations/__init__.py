"""Migrations of the records' database, run by `yinqiao.records.upgrade`.

Each module of `versions` is one step, named `rNNNN_what`, with the tables written out as they were
at that time: a step never changes once it was released, and never imports a room's tables. A test
compares the migrated database with the tables of all rooms, on SQLite and on PostgreSQL.

There is no way down: dropping records is nothing a command should do. Restore a backup instead.
"""
