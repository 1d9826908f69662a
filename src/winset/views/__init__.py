"""How results look: lines of text for a terminal. Computes nothing; every number comes from `study`
or `insight`.
"""
