"""From the bytes of a file to its cells: the gate first, then a reader in a child process under limits."""
