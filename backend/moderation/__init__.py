"""Moderation 内容审核: what people write for others is looked at before neighbours read it."""
