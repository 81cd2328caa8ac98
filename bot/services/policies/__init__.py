"""Changes of policies: proposed by whoever saves files, weighed on the last day, applied by a lead."""
