"""Everything people read: the pack, profiles, explanations and error reports."""
