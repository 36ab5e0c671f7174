"""Questions to the outbox, the inbox and the subscriptions, and the statements that fill them."""
