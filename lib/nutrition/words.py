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
    additional whisked approximately beaten blanched boiling broken bruised butterflied chilled
    chopped cleaned coarse-chopped coarsely cold cooled cored crosswise crumbled crushed cubed cut
    deboned deseeded destemmed deveined diced divided drained fine-chopped finely firmly flaked
    fresh freshly gently good-quality grated halved heaping hot hulled husked juiced julienned
    large-diced lengthwise lightly loosely lukewarm mashed melted minced packed patted peeled pitted
    pounded prepared pureed quality quartered refrigerated rinsed ripe roughly scrubbed seeded
    segmented separated sharp-cut shaved shelled shredded shucked sifted sliced slivered smashed
    snipped softened squeezed stemmed strained tart-sweet tempered thawed thickly thinly torn
    trimmed unpeeled very warm washed wedged well-drained well zested organic rough best-quality
    high-quality good store-bought homemade favorite favourite desired your our quick-cooking
    large-size uncooked free-range grass-fed cage-free local seasonal overripe day-old leftover
    heaped room-temperature temperature room tightly tight whole-peeled chunky-cut thick-cut
    thin-cut sheeted spooned deep-fried hand-torn medium-size medium-sized large-sized small-diced
    medium-diced sweet-ripe purchased bottled jarred total each several few more extra pieces
    """.split()
)
"""What is done to a food or said of it that leaves it the same food."""

LEADING = frozenset(
    """
    boneless skinless bone-in skin-on skin bone in on lean low-moisture part-skim center-cut
    fully-cooked pre-cooked precooked thick-cut no-salt-added fat-free low-fat nonfat reduced-fat
    low-sodium reduced-sodium unsalted salted sweet sour dry dried raw cooked hot mild crisp firm
    tender young baby plain thick thin short long fatty full-fat unsweetened sweetened natural pure
    unbleached bleached juicy light dark frozen smoked fine coarse crusty soft hard white red green
    yellow black brown blue roasted toasted shelled whole pickled canned single wide
    short-grain medium-grain long-grain
    """.split()
)
"""Adjectives after which a comma doesn't end the name: "boneless, skinless chicken"."""

NEUTRAL = frozenset(
    """
    boneless skinless lean large small medium jumbo big little tiny thick long natural pure plain
    real raw tender young mature firm premium regular ordinary traditional classic authentic artisan
    artisanal assorted crustless hearty imported paper-thin purchased slender unbleached
    bleached fine coarse cold pressed wild farmed farm kosher halal
    fairtrade live heirloom vine greenhouse hothouse european american standard size sized bulk seedless
    unblemished homegrown sustainably raised caught possible freshest finest but
    loose gourmet all-natural the of use s
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
    "dried": 0.25, "dry": 0.15, "frozen": 0.03, "cooked": 0.2, "canned": 0.1, "smoked": 0.25,
    "roasted": 0.1, "toasted": 0.05, "ground": 0.15, "powdered": 0.3, "whole": 0.03,
    "unsalted": 0.05, "salted": 0.05, "light": 0.1, "lite": 0.1, "low": 0.05, "reduced": 0.06,
    "fat": 0.08, "free": 0.06, "nonfat": 0.12, "lowfat": 0.1, "sodium": 0.05, "sugar": 0.1,
    "salt": 0.05, "no": 0.05, "added": 0.04, "unsweetened": 0.08, "sweetened": 0.15, "sweet": 0.12,
    "sour": 0.15, "hot": 0.08, "mild": 0.04, "spicy": 0.06, "white": 0.1, "red": 0.1, "green": 0.1,
    "yellow": 0.08, "black": 0.12, "brown": 0.1, "dark": 0.1, "purple": 0.05, "golden": 0.05,
    "pink": 0.05, "fried": 0.25, "grilled": 0.12, "baked": 0.15, "pickled": 0.25, "marinated": 0.15,
    "seasoned": 0.12, "flavored": 0.15, "flavoured": 0.15, "blend": 0.08, "mix": 0.25,
    "mixed": 0.08, "instant": 0.12, "prepared": 0.08, "thin": 0.02, "crisp": 0.05, "crunchy": 0.02,
    "style": 0.03, "quick": 0.02, "bite": 0.1, "old": 0.02, "fashioned": 0.02, "easy": 0.02,
    "ready": 0.05, "baby": 0.06, "rotisserie": 0.1, "leftover": 0.02, "extra": 0.03, "virgin": 0.03,
    "full": 0.03, "new": 0.05, "steamed": 0.12, "boiled": 0.12, "poached": 0.12, "braised": 0.15,
    "breaded": 0.3, "stuffed": 0.3, "glazed": 0.2, "concentrated": 0.3, "condensed": 0.3,
    "evaporated": 0.4, "cream": 0.55, "cured": 0.2, "aged": 0.05, "wheat": 0.2, "gluten": 0.1,
    "vegan": 0.3, "vegetarian": 0.3, "cultured": 0.05, "multigrain": 0.08, "cooking": 0.1,
}  # fmt: skip
"""Words that may make another food of it, with the confidence each costs when the name lacks it."""

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

KINDS = (frozenset(STATES) | ORIGINS) - frozenset(
    """
    blend breaded concentrated condensed cooking cream cultured cured evaporated fat flavored flavoured
    glazed gluten instant marinated mix mixed multigrain prepared salt seasoned stuffed sugar vegan
    vegetarian wheat
    """.split()
)
"""Of both, those that bring nothing else in when a note says which kind is meant: "preferably dark"."""

SHAPES = frozenset(
    """
    piece half chunk cube slice strip wedge ring round quarter segment section spear floret flower
    crumble shred sliver stick matchstick dice curl shaving ribbon coin disk medallion portion tip
    end part top bottom bit crumb flesh meat kernel clove stalk rib leaf sprig bunch head bulb root
    stem fillet cutlet steak loaf rasher link patty ball sheet pod can tin jar bottle package box
    container carton tub bag block bar log knob hunk slab cup center centre heart
    """.split()
) - {"meat", "crumb", "heart", "tip", "root", "stick", "ball", "ring", "ribbon", "leaf", "sprig"}
"""Words for the shape a food comes in."""

FLAVOURED = frozenset(
    {"condiment", "bread", "snack", "sweet", "prepared", "drink", "soup", "dairy", "pasta"}
)
"""Categories in which another food's name may only be a flavour: "chipotle mayonnaise"."""

REMARKS = frozenset(
    """
    a about above accompaniment accompaniments according across added adjustable after again aged all
    almost also an and angle another any apart approx approximately are around as aside ask assorted at
    attach attached attaching available away baby back backbone backbones bag baked baking basket baskets
    batons be beard beards beaten beating before below best between bias big bite black blade blemish
    blemishes blend blended blender bloodline blot blotted board bodies boil boiled bone boned boneless
    bones book both bottle bottom bottomed bottoms bought bowl bowls box branch branches brand bright
    brought bruised brush brushed brushing but butcher butchers by california called canned caps
    carefully case caught cavity center central centre changes charcoal chilled chop chopped chopping
    chunk chunks chunky circles clarified clean clear cleaver cloth clumps cm coarse coarsely cob cobs
    coin coins colander cold color colored colors combination combine completely concentrated consistency
    container cook cook's cooked cooking cooks cool cooled core cored cores country cover covered cracked
    crescents crisp crosswise crunchy crushed cube cubed cubes cultivated cured curled curly cut cutter
    dabbed damp dampened darkest dash day day's debearded deep defrosted deli delicate delis depending
    deseeded desired deveined diagonal diagonally diameter diamond diamonds dice diced dipping directions
    discarded discarding discolored dish dissolved divided do done dots drain drained dried drizzling dry
    dusting dutch each easier easy eat edged eight eighteen eighth eighths either electric end ends
    enough entirely envelope even evenly exceed excess excluding extra f few filleted filtered fine
    finely fingers finish firm firmed firmer firmly first fishmonger fit fitted five fl flakes flaky flat
    flattened fleshed floury fluid flush fluted foil follows food foods for forced fork form forming
    found four free freezer frenched fresh freshest freshly fridge from fronds frozen frying full fully
    funnel garnish garnishing generous generously gently get gills glazing gloves golden good grade grain
    granny grated grater grease greasing great greenish griddle grill grilled grilling grinder gristle
    grocers grocery ground gutted half halfway halved halves hand handled hard head headnote health
    heaped heaping heat heated heavy high hinge holes hollow hollowed home horizontally hot hotter hour
    hours hulled hungarian husked husks i ideally if immediately imported in inch inches included
    including individual individually inner inside insides instead instructions intact internet into iron
    is it jar juice juiced juices julienne just keeping kept kernels kind kitchen kneaded knife knobby
    knotted known korean labeled large larger largest later latin layer layers leafed leafy leanest least
    leave leaves leaving left leftover length lengths lengthways lengthwise less ligament light lightest
    lightly like line lines lining liquid little long longer longest look loose loosely loosen low lower
    lukewarm lump lumps made madras mail make making mandoline manner many market markets mash mashed
    mashing matchsticks measure measured measuring medium melted membrane membranes mesh metal microplane
    middle mild milder mill mince minced minus minute minutes mixed mm moisture molds moons more mortar
    most much muscle muscles my narrow nationwide nearly necessary need needed needles new no northern
    not note noted notes of off often old omitted on once one ones online only onto open opened opening
    optional optionally or order other others our out outer outside oval over overnight package
    packed packet pale palms pan pans paper parboiled parchment parcooked pared paring part partially
    parts passing pat peaks pearled peel peeler pelvic peppered per percent perforated pestle picked
    picks piece pieces pierced pin pit pith pits pitted planks plastic plate plates pleated plenty pliers
    plump plumped plus poached poaching pockets pole portion possible pound pounded pounds pourable
    pouring powdered pre precooked pref prefer preferable preferably preference preferred prepackaged
    presoaked press pressed prevent pricked procedure process processed processor produce pronounced
    proof pulled pulsed puréed pushed quality quarter quartered quarters quick quickly quill rack
    ramekins random ranging rasp rather raw read ready recipe reconstitute reconstituted rectangles
    rectangular red reduced refrigerated rehydrated remainder remaining removable remove removed removing
    request resealable resealed resembles reserve reserved reserving rest rib ribbons ribs ridged rimless
    rimmed rims rind rings rinsed ripe ripest rising roasted roasting robust rolled rolling room rough
    roughly round rounded rounds rubbed rubber running runny runs salted salty same save saved scalded
    scale scaled scales scant scooped scored scraped sealing seasonally sectioned securely see seed
    seeded seeds segmented separate separately separating serrated serve serving servings set seven
    shaken shallow shape shaped shaping shards sharp sheet sheets shell shelled shells shop shops shorter
    should shred shredded shreds side sieve sift silk silks silver sinew single six sixteen sixth sixths
    sized skewer skewers skillet skin skinless skinned skins slashed slice sliced slicer slices slicing
    slightly slit sliver slivers small smaller smallest smoked smooth snapped soak soaked soaking sodium
    soft softened softly sold some sometimes sour spatula specialty spine spines spinner split spoon
    spots spotted spreading springform sprinkling spun squares squeezing stacked stalky steam steamed
    stem stemmed stems stick sticks stiff stirred stone stoned store stores string stringed strings strip
    stripes stripped strips sturdy style submerged substitute substituted such supermarket supermarkets
    surface sweet tab tabs taste tbsp teacups tear tears tell temp temperature ten tender test thai than
    that thaw thawed the their them then thermometer they thick thicker thickly thickness thin thinly
    thinned thinner thinning third thirds this thoroughly thread threads three through thrown tie tied
    ties tightly times tin tip tips to toast toasted toasting together too torn tossed tossing tough
    towel towels tray triangles triangular trim trimmed trimming tsp tweezers twelve twenty twice twine
    twist two unavailable unbeaten unbroken uncut under underripe underside undrained unfiltered unhulled
    unpitted unripe unsalted unseasoned unshelled unsliced unsmoked unsweetened unthawed until untrimmed
    unwrapped up upright use used using usually variation variety vein veins vertically very virgin want
    warm warmed washed washing watch waxed waxy we wear wearing wedge wedges weighed weighing weight
    weighting well wet whacked when whether which while whipped whisked whisking white whole wholegrain
    wide width will wiped wish with without wooden woody work works wrapped wrapper x you your yourself
    zest zested
    """.split()
)
"""Words of notes that name no food."""

SORTS = frozenset(
    """
    yukon gold russet idaho fingerling granny smith gala fuji honeycrisp jonagold pippin mcintosh
    braeburn bosc anjou bartlett comice meyer haas hass roma plum marzano muir glen vidalia maui
    diamond crystal morton maldon colman's colman marfax jacob's jacob cattle sauvignon blanc chardonnay
    pinot noir grigio merlot cabernet zinfandel riesling syrah beaujolais chianti burgundy bordeaux
    basmati jasmine arborio carnaroli kirby persian english kalamata picholine niçoise nicoise
    cerignola castelvetrano lacinato tuscan concord bing s walla satsuma
    """.split()
)
"""Sorts and brands that are of no other food: apples, potatoes, grapes, olives, salt."""

BRANDS = {
    "chocolate": frozenset(
        "lindt perugina ghirardelli callebaut valrhona scharffen berger baker bakers s".split()
    ),
    "spaghetti": frozenset("barilla de cecco".split()),
    "tomatoes": frozenset("san marzano muir glen".split()),
    "syrup": frozenset("grade a b".split()),
}
"""Brands of a food that say nothing of what is in it that its name doesn't, by the name's noun."""
