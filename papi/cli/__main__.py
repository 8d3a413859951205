"""`python -m papi.cli` is the `papi` command."""

from papi.cli import main

if __name__ == "__main__":
    main()
