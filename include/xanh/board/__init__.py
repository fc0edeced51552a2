"""The board: what came, what is late, what was wrong and how far the plan is. Reads mart as the reader role, nothing else."""
