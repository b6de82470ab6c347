"""The gate that every outgoing message passes, and the record of what passed it.

`gate` adds the notices that are due (`notices`, `categories`), checks wording (`wording`) and
redacts (`redaction`); `recorder` writes what was said into the hash chain (`audit`,
`audit_store`). What is said and forbidden lies in `data/`, with sources and review dates.
"""
