"""The steps of a quarter: read, check, load, score, rank, plan, publish, report."""
