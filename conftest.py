"""Loads the regression test's settings for every way of calling pytest, from any folder of the project."""

pytest_plugins = ["tests.regression"]
