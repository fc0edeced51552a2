"""Readers, one a container: bytes that passed the gate in, cells out. They run in the parser child only."""
