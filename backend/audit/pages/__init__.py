"""Pages of the desk about evidence: who did what when, and whether nothing was changed since."""
