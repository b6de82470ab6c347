"""`python -m yinqiao` is the command line."""

from yinqiao.cli import app

app()
