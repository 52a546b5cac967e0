"""From what a person types to ingredients and doses."""
