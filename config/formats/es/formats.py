"""Spanish: the decimal point stays.

A dose is compared with the pack in one's hand, which is printed in the clinic's country; Mexico, Central America and
the Spanish of the United States write the point as well. Thousands are never grouped, so that no point can mean two
things.
"""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = "\u00a0"
NUMBER_GROUPING = 0
