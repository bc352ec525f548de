"""The course's shared module: what a lesson needs and a student need not read first."""
