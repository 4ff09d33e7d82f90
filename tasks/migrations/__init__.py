"""How a database came to the shape of `tasks.models`, one revision after the other. `python -m tasks.migrations` writes the next."""
