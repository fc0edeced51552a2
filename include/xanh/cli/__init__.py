"""The console script `xanh`: one file a group of commands."""

from xanh.cli.app import main

__all__ = ["main"]
