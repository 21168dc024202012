"""Web hooks out: other systems hear of what happens here, signed, with ids and no personal text."""
