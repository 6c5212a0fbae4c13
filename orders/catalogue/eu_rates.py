"""General rates of the other member states and Northern Ireland: what a new shop begins with.

The rows in the database count afterwards. Which goods a country taxes less is its own law, and no
list of numbers tells it: a reduced rate is added to a class by somebody who knows, and until then
the general rate of the country holds. Source: eu-vat-rates-data 2026.9.29, made of the Commission's
TEDB on the day from which the rows hold; for Northern Ireland the rate of the United Kingdom.
"""

import datetime as dt
from decimal import Decimal

KNOWN_FROM = dt.date(2026, 9, 29)
GENERAL = "standard"

GENERAL_RATES = {
    country: Decimal(rate)
    for country, rate in (
        each.split()
        for each in [
            "AT 20.0",
            "BE 21.0",
            "BG 20.0",
            "CY 19.0",
            "CZ 21.0",
            "DE 19.0",
            "DK 25.0",
            "EE 24.0",
            "ES 21.0",
            "FR 20.0",
            "GR 24.0",
            "HR 25.0",
            "HU 27.0",
            "IE 23.0",
            "IT 22.0",
            "LT 21.0",
            "LU 17.0",
            "LV 21.0",
            "MT 18.0",
            "NL 21.0",
            "PL 23.0",
            "PT 23.0",
            "RO 21.0",
            "SE 25.0",
            "SI 22.0",
            "SK 23.0",
            "XI 20.0",
        ]
    )
}

REDUCED_RATES = {
    country: tuple(Decimal(rate) for rate in rates.split())
    for country, rates in (
        ("AT", "4.9 10.0 13.0 19.0"),
        ("BE", "6.0 12.0"),
        ("BG", "9.0"),
        ("CY", "3.0 5.0 9.0"),
        ("CZ", "12.0"),
        ("DE", "7.0"),
        ("EE", "9.0 13.0"),
        ("ES", "4.0 10.0"),
        ("FR", "0.9 1.05 2.1 5.5 8.5 10.0 13.0"),
        ("GR", "4.0 6.0 13.0 17.0"),
        ("HR", "5.0 13.0"),
        ("HU", "5.0 18.0"),
        ("IE", "9.0 13.5"),
        ("IT", "4.0 5.0 10.0"),
        ("LT", "5.0 12.0"),
        ("LU", "3.0 8.0 14.0"),
        ("LV", "5.0 12.0"),
        ("MT", "5.0 7.0 12.0"),
        ("NL", "9.0"),
        ("PL", "5.0 8.0"),
        ("PT", "6.0 13.0 16.0 22.0"),
        ("RO", "11.0"),
        ("SE", "6.0 12.0"),
        ("SI", "5.0 9.5"),
        ("SK", "5.0 19.0"),
    )
}
"""The lower rates of each country: what somebody who adds one may choose from."""
