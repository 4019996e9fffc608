"""The families of `trunkline` commands; every module has `register(app)` and imports lazily."""
