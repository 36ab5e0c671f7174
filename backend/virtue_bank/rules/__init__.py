"""What decides in the virtue bank: rules without database, clock or HTTP."""
