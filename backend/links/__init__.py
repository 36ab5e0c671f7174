"""Links 短码: the codes printed on slips and posters, which lead to the right page for years."""
