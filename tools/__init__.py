"""What sets a machine up for Storewise and checks the tree; nothing here runs in the product."""
