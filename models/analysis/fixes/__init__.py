"""Edits that findings offer, and whether they would do good. Imports shared facts and what judges by them."""
