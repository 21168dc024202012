"""The rules of complaints as pure functions: the stages."""
