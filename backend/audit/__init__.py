"""Audit 留痕: who did what in the community, kept so that nobody can change it afterwards."""
