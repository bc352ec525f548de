"""What authors need to keep the lessons right (python -m utils.notebooks --help); students do not need it."""
