"""The members of a store by how lately, how often and for how much they bought; worked out, shown, and not kept."""
