"""Deliberation 协商议事: a resident's matter on its way through the five steps."""
