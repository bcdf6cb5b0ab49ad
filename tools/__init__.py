"""Programs around the product that are no part of it."""
