"""Tests of the application: access, warehouse, repository, figures, exports, pages, browser."""
