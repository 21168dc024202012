"""What followed advice changed, store by store and over all of them."""
