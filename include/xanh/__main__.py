"""`python -m xanh` is the console script."""

from xanh.cli import main

main()
