"""How a moment is written in Finnish; days are written as Django knows them."""

DATETIME_FORMAT = r"j.n.Y \k\l\o G.i"
