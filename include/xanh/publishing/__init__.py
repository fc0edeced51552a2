"""Exchange files and the report: one consistent state of the mart, in every format, published at once or not at all."""

from xanh.publishing.publication import Published, publish

__all__ = ["Published", "publish"]
