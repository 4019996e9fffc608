"""Stands in for a page the role may not open: says which role opens it."""

from app.ui import session

session.open_page(session.shared().page)
