"""The colors that food is drawn in: few, and a little muted, so that any of them go together."""

from lib.ai.cards.canvas import Color

RED: Color = (205, 66, 46)
CRIMSON: Color = (176, 42, 58)
ORANGE: Color = (230, 126, 44)
YELLOW: Color = (242, 188, 52)
BUTTER: Color = (248, 221, 142)
LIME: Color = (164, 186, 72)
LEAF: Color = (98, 142, 70)
FOREST: Color = (52, 96, 66)
AUBERGINE: Color = (78, 52, 96)
PLUM: Color = (132, 46, 92)
PINK: Color = (232, 142, 138)
SALMON: Color = (238, 134, 104)
CREAM: Color = (250, 238, 214)
WHITE: Color = (255, 252, 244)
SAND: Color = (222, 188, 136)
TAN: Color = (192, 142, 90)
BARK: Color = (112, 70, 46)
STEEL: Color = (108, 132, 150)
NIGHT: Color = (42, 48, 72)
BLUE: Color = (66, 84, 140)
BLACK: Color = (66, 52, 62)
RUST: Color = (170, 78, 54)
WARE: Color = (62, 88, 120)
"""Of bowls and dishes."""
