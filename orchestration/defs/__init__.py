"""Dagster's view of the pipeline: assets, checks, jobs, schedules, sensors; each file one kind."""
