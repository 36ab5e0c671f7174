"""Pages of the desk about what people write: the queue, appeals, the sample, what was decided."""
