"""The charts of pages and explanations, as SVG."""
