"""The charts people read: one function for each kind, in one style, none without its words."""
