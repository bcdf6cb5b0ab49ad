"""The forms a sheet can have: a table, a form of labels and values, stacked blocks."""
