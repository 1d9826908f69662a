"""The workbench in a browser: choose a scenario, change a number, run, compare, export.

Every state has an address; nobody's changes live in the server, so two people at one server do not
see each other's. Nothing is fetched from anywhere else.
"""
