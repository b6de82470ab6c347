"""How well the system routes: held-out utterances in, figures, a picture and every miss out."""
