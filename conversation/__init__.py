"""The core: one conversation, its owner, its log, its mailbox, one turn at a time.

Pure domain objects and ports; one Redis adapter (`redis_store`, `redis_turns`), one in-memory
double (`memory`). Both pass the same contract suite in `tests/contract/conversation`.
"""
