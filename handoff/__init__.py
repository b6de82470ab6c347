"""From the bot to a person: the queue, who may claim, and the desk where they work.

`queue` holds the types and the port, `redis_queue` and `memory_queue` are its two makers;
`accounts` says who may log in; `service` is everything an agent can do; `desk` shows it.
"""
