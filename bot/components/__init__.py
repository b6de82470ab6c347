"""What Rasa loads: featurizer, classifiers, tokenizer, channel, tracker store, responses.

These modules run in Rasa's environment and may use only what is installed there.
"""
