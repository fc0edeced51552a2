"""The care of an installation: what is wrong with it, backups, secrets, the image's entry point."""
