"""The ids under which customers, accounts and subscriptions appear in every feed.

Names only; what the ids stand for is in `people`.
"""

from __future__ import annotations


def customer_id(index: int) -> str:
    """Return the id of a customer."""
    return f"CU{index + 1:07d}"


def account_id(index: int) -> str:
    """Return the id of a billing account."""
    return f"AC{index + 1:07d}"


def subscription_id(index: int) -> str:
    """Return the id of a subscription."""
    return f"SU{index + 1:07d}"
