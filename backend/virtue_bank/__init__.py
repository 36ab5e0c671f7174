"""美德银行: good deeds, confirmed and published, earn points; points are spent in the shop."""
