"""Coupons: what a code may be, lists of codes that the store has, and lists of codes that it is to have (A3)."""
