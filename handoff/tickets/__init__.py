"""Complaint tickets: what must be answered, by whom, and until when.

A ticket is the list of what happened to it (`events`); `ticket` folds it, `clock` tells the
deadline, `deeds` decides what may happen next. `store` is the port, `sql_store` and
`memory_store` are its two makers; `service` is everything staff can do, `sweeper` reminds.
`tasks` are what has to be done afterwards, `survey` is what customers thought of it.
"""
