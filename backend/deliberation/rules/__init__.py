"""What the law and the house decide about matters. Pure: values in, a decision or a refusal out."""
