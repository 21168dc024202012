"""What is advised from a store's own figures, one module for each kind: arrays in, findings out, no database."""
