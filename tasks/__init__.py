"""One effect per module: the store, and the verbs that change it."""
