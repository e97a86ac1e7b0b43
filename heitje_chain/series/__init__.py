"""A job every week: signed beforehand, kept as drafts, each opened on its day while the budget lasts."""
