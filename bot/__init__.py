"""The Rasa project and everything that speaks to it.

`components/` is loaded by Rasa (its own environment), `actions/` is called by Rasa and runs in
the application's environment, `client` calls Rasa, `training` builds and serves the model.
"""
