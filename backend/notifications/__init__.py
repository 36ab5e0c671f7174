"""Notifications 消息: how a neighbour hears of what concerns them, on the phone or in the inbox."""
