"""Quality inspection: every closed conversation against the service standard.

`standard` is the standard as data, `scorer` holds a conversation against it, `inspection` is what
came of it, with people's second look and the agent's appeal; `store` is the port, `sql_store` and
`memory_store` its two makers; `inspector` inspects what is archived; `service` is everything staff
can do; `sampling` draws what people look at, `trends` tells how it develops.
"""
