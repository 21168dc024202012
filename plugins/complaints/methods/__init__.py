"""The rules of complaints as pure functions: stages and clocks."""
