"""How well the ranking does, in worlds whose truth is known and on real outcomes."""
