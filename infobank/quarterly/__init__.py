"""A quarter as plain steps: read, check, load, score, rank, plan, publish, report.

Each step takes paths and small records and leaves its result in a work folder, so that a flow can
run it in another thread or on another machine. The order of the steps is the flow's business
(``flows/quarterly.py``).
"""
