"""What it costs a store to be open, month by month: told by the store, seen by nobody else."""
