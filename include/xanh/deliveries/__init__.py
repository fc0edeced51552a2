"""Who owes which report when, what came, and who is reminded."""
