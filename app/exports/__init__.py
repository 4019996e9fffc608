"""Files people take away: pure functions from tables to bytes, plus the append-only download log.

Nothing here imports Streamlit; pages, command line and scheduled exports share this package.
"""
