"""The rules of the programme: each one plain function with an id, a sentence and a price.

``named`` holds ids and sentences, and the independent checker shares those alone. ``year``,
``yots`` and ``weeks`` hold the functions, which say what a rule asks of chosen visits in rows of a
model. The numbers are data: ``schemas/programme.yaml`` and ``schemas/programmes``.
"""
