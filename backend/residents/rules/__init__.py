"""Who may do what among residents, roles and homes. Pure decisions."""
