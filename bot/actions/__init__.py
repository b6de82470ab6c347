"""What Rasa asks for: answers from the knowledge base, feedback, and the way to a person.

`dialogue` is the core; `ports` is what it needs of the knowledge base; `sdk` and `app` are the
edge that speaks Rasa's action-server protocol. These modules run in the application's environment.
"""
