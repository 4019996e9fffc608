"""CHURN: train, calibrate, explain and judge the churn score, as pure functions over frames.

What belongs here: the model, its proof and its reasons. Features and labels are dbt models, value
at risk is a mart; only `files` touches disk.
"""
