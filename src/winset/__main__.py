"""`python -m winset`: the same as the command `winset`."""

from winset.cli import main

if __name__ == "__main__":
    main()
