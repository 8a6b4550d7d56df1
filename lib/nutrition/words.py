"""Words of ingredient lines that name no food."""

SIZES = {
    "extra-large": "large", "extra large": "large", "jumbo": "large", "large": "large", "lg": "large",
    "lge": "large", "big": "large", "huge": "large", "medium": "medium", "med": "medium", "md": "medium",
    "regular": "medium", "average": "medium", "small": "small", "sm": "small", "mini": "small",
    "tiny": "small", "little": "small",
}  # fmt: skip

USES = """serving garnish garnishing greasing brushing dusting sprinkling frying deep-frying sauteing
sautéing drizzling topping rolling coating dredging the pan pans baking sheet dish cooking grilling
decoration decorating rubbing dipping grill boiling poaching kneading finishing seasoning
spraying searing browning marinating marinade brining brine basting rim table""".split()
"""What a line says its food is for."""

PREPARATION = frozenset(
    """
    additional approximately beaten blanched boiling broken bruised butterflied chilled chopped
    cleaned coarse-chopped coarsely cold cooled cored crosswise crumbled crushed cubed cut deboned
    deseeded destemmed deveined diced divided drained fine-chopped finely firmly flaked fresh freshly
    gently good-quality grated halved heaping hot hulled husked juiced julienned large-diced lengthwise
    lightly loosely lukewarm mashed melted minced packed patted peeled pitted pounded prepared pureed
    quality quartered refrigerated rinsed ripe roughly scrubbed seeded segmented separated sharp-cut
    shaved shelled shredded shucked sifted sliced slivered smashed snipped softened squeezed
    stemmed strained tart-sweet tempered thawed thickly thinly torn trimmed unpeeled very warm washed
    wedged well-drained well zested organic rough best-quality high-quality good store-bought homemade
    favorite favourite desired your our quick-cooking bite-size bite-sized bite large-size uncooked
    free-range grass-fed cage-free local seasonal overripe day-old leftover heaped room-temperature
    temperature room tightly tight whole-peeled chunky-cut thick-cut thin-cut sheeted spooned
    deep-fried hand-torn medium-size medium-sized large-sized small-diced medium-diced sweet-ripe
    purchased bottled jarred total each several few more extra pieces
    """.split()
)
"""What is done to a food or said of it that leaves it the same food."""

LEADING = frozenset(
    """
    boneless skinless bone-in skin-on skin bone in on lean fat-free low-fat nonfat reduced-fat low-sodium
    reduced-sodium unsalted salted sweet sour dry dried raw cooked hot mild crisp firm tender young baby
    plain thick thin short long fatty full-fat unsweetened sweetened natural pure unbleached bleached
    juicy light dark frozen smoked fine coarse crusty soft hard white red green yellow black brown
    """.split()
)
"""Adjectives after which a comma doesn't end the name: "boneless, skinless chicken"."""

NEUTRAL = frozenset(
    """
    boneless skinless lean extra large small medium jumbo big little tiny thin thick long whole natural
    pure plain real raw tender young mature firm crisp crunchy premium regular ordinary traditional classic
    authentic artisan artisanal hearty style old fashioned new unbleached bleached fine coarse medium
    virgin cold pressed wild farmed farm kosher halal fairtrade live heirloom vine greenhouse hothouse
    european american standard size sized bulk loose gourmet all-natural full flavored flavorful
    the of fat reduced sodium no added salt low free quick cooking easy ready use s
    """.split()
) - {
    "virgin",
    "fat",
    "reduced",
    "sodium",
    "salt",
    "low",
    "free",
    "cooking",
    "added",
    "no",
    "extra",
    "whole",
    "new",
    "full",
}
"""Adjectives that leave the food what it is, for its figures and for its allergens."""

STATES = {
    "dried": 0.25, "dry": 0.15, "frozen": 0.03, "cooked": 0.2, "canned": 0.1, "smoked": 0.25, "roasted": 0.1,
    "toasted": 0.05, "ground": 0.15, "powdered": 0.3, "whole": 0.03, "unsalted": 0.05, "salted": 0.05,
    "light": 0.1, "lite": 0.1, "low": 0.05, "reduced": 0.06, "fat": 0.08, "free": 0.06, "nonfat": 0.12, "lowfat": 0.1,
    "sodium": 0.05, "sugar": 0.1, "salt": 0.05, "no": 0.05, "added": 0.04, "unsweetened": 0.08, "sweetened": 0.15,
    "sweet": 0.12, "sour": 0.15, "hot": 0.08, "mild": 0.04, "spicy": 0.06, "white": 0.1, "red": 0.1, "green": 0.1,
    "yellow": 0.08, "black": 0.12, "brown": 0.1, "dark": 0.1, "purple": 0.05, "golden": 0.05, "pink": 0.05,
    "fried": 0.25, "grilled": 0.12, "baked": 0.15, "pickled": 0.25, "marinated": 0.15, "seasoned": 0.12,
    "flavored": 0.15, "flavoured": 0.15, "blend": 0.08, "mix": 0.25, "mixed": 0.08, "instant": 0.12, "prepared": 0.08,
    "baby": 0.06, "rotisserie": 0.1, "leftover": 0.02, "extra": 0.03, "virgin": 0.03, "full": 0.03, "new": 0.05,
    "steamed": 0.12, "boiled": 0.12, "poached": 0.12, "braised": 0.15, "breaded": 0.3, "stuffed": 0.3, "glazed": 0.2,
    "concentrated": 0.3, "condensed": 0.3, "evaporated": 0.4, "cream": 0.55, "cured": 0.2, "aged": 0.05, "wheat": 0.2,
    "gluten": 0.1, "vegan": 0.3, "vegetarian": 0.3, "cultured": 0.05, "multigrain": 0.08, "cooking": 0.1,
}  # fmt: skip
"""Words that may make another food of it, and how much confidence each costs when it isn't in the name."""

ORIGINS = frozenset(
    """
    italian french greek turkish spanish mexican chinese japanese thai korean indian english irish
    german swiss danish dutch belgian polish russian hungarian middle eastern asian mediterranean
    california californian florida hawaiian jamaican cuban louisiana texas southern northern western
    canadian australian zealand british scottish welsh norwegian swedish atlantic pacific alaskan
    maine vermont georgia vidalia english persian iranian lebanese moroccan sicilian tuscan roman
    israeli vietnamese brazilian peruvian argentinian country farmhouse imported domestic
    """.split()
)
"""Where a food comes from: costs little confidence."""

SHAPES = frozenset(
    """
    piece half chunk cube slice strip wedge ring round quarter segment section spear floret flower
    crumble shred sliver stick matchstick dice curl shaving ribbon coin disk medallion portion tip
    end part top bottom bit crumb flesh meat kernel clove stalk rib leaf sprig bunch head bulb root stem
    fillet cutlet steak loaf rasher link patty ball sheet pod can tin jar bottle package box container
    carton tub bag block bar log knob hunk slab cup center centre heart
    """.split()
) - {"meat", "crumb", "heart", "tip", "root", "stick", "ball", "ring", "ribbon", "leaf", "sprig"}
"""Words for the shape a food comes in."""

FLAVOURED = frozenset(
    {"condiment", "bread", "snack", "sweet", "prepared", "drink", "soup", "dairy", "pasta"}
)
"""Categories in which another food's name may only be a flavour: "chipotle mayonnaise"."""

REMARKS = frozenset(
    """
    a about all almost an and any approximately around as at baby bag best big bite bone
    boneless bottle box brand by center centre chunk chunks chunky coarse cold container cooking
    cool crosswise cube cubes cut dash desired diagonal diagonally dice divided drained dry each
    end ends envelope even extra few fine firm firmer for fresh from frozen full garnish good
    granny ground half halves hand hard head heaped heaping heat heavy high home hot if in inch
    inches into is it jar juiced julienne just large leave leaves left lengthwise less light
    little long loose low lukewarm matchsticks medium mild mince minus more needed no not of off
    on one only optional or other our out package packet part parts per piece pieces pit plus
    pound pounds pref preferably preference quality quarters quick raw reserve rest ribbons rind
    ripe room rough round rounds runny seed seeds serve serving servings set shell shells shred
    shreds sized skin skinless skins slice slices slit small soft split spoon steam stem stems
    stick sticks strip strips substitute such taste tbsp temp temperature the them then thick
    thickness thin to toast tough trim tsp two until use used very warm washed wedge wedges well
    whole wide with without works you your
    """.split()
)
"""Words of notes that name no food."""

RISKY = frozenset(
    """
    battered breaded buttered candied coated cooked creamed cultured curried dipped dredged dressed
    dusted enriched fermented filled flavored flavoured floured fortified fried frosted glazed honeyed
    iced larded malted marinated oiled peppered processed salted sauced seasoned soaked spiced stuffed
    sugared sweetened thickened topped
    """.split()
) - {"cooked", "soaked", "salted", "peppered", "sugared", "sweetened", "iced"}
"""Words of notes that tell of an ingredient without naming it."""
