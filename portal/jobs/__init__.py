"""Work outside of requests: the job row in the database is the truth, whoever carries it out."""
