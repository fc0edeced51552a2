"""What is wrong with what was read: suites, rules over history, confirmations, and their sentences."""
