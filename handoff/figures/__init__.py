"""Figures of the service: how conversations went, in numbers that anybody can count again.

`calls` reads from an archived conversation when people were called for and who came; `measure`
says of one conversation all that is counted; `figures` adds measures up; `definitions` says in
words what each number is; `table` lays the numbers out for people and spreadsheets.
"""
