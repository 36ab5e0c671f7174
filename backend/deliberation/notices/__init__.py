"""What people are told about matters and meetings."""
