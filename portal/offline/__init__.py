"""Without a connection: a page of ours, what was sent waits on the phone, and the portal as an app on it."""
