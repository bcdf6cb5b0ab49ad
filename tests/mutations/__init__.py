"""Deliveries with something wrong in them, made from the sample's, and what the gates say."""
