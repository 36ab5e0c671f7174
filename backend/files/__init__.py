"""Files people send: kept without their metadata, read by whom the record they belong to allows."""
