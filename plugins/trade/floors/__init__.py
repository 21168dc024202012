"""Floor plans of stores: where each category stands, the door and the till, and their drawing."""
