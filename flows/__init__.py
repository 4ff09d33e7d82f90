"""When things happen: programs compiled into Prefect flows, and the commands that operators type."""
