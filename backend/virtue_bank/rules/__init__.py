"""What decides in the virtue bank. Pure: values in, a decision or a refusal out."""
