"""The Information Bank meeting: it sees the proposal, decides, and the record shows both.

What the meeting decides is kept line by line under ``warehouse/meetings/<quarter>/`` from the
moment it is decided, and published as ``out/decision`` and ``out/programme_final`` when the meeting
is closed. The proposal in ``out/programme`` stays as it is.
"""
