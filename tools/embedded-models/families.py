"""The families of problems. Each draws its numbers and words and gives a Problem, or raises Unfit where they do not go together."""

from random import Random

from problem import Problem, Unfit

she = ["Amy", "Eva", "Ivy", "Kim", "Lea", "Mia", "Nia", "Ruth", "Sue", "Zoe"]
he = ["Adam", "Ben", "Carl", "Dan", "Evan", "Finn", "Hugo", "Ian", "Leo", "Max"]
things = ["apples", "books", "cards", "coins", "cups", "eggs", "figs", "keys", "nuts", "pears", "pens", "plums", "rings", "seeds", "shells", "stamps"]
holders = ["bags", "boxes", "packs", "jars", "trays", "crates"]
colours = ["red", "blue", "green", "white"]


class Draw:
    """Draws words and numbers for one problem."""

    def __init__(self, rng: Random):
        self.rng = rng
        self.pick = rng.choice
        self.number = rng.randint

    def people(self, count: int) -> list[str]:
        return self.rng.sample(she + he, count)

    def several(self, words: list[str], count: int) -> list[str]:
        return self.rng.sample(words, count)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def shuffled(self, *sentences: str) -> list[str]:
        mixed = list(sentences)
        self.rng.shuffle(mixed)
        return mixed


def pronoun(name: str) -> str:
    return "She" if name in she else "He"


def has(person: str, thing: str) -> list[str]:
    return [f"{person} has @ {thing}.", f"{person} gets @.", f"For {person} that is @ {thing}."]


def total(thing: str) -> list[str]:
    return [f"Together they have @ {thing}.", "The total is @.", f"In all that is @ {thing}."]


def gap(thing: str) -> list[str]:
    return ["The difference is @.", f"That is @ {thing} more."]


def larger(way: tuple, problem: Problem) -> tuple:
    """The two operands with the larger first."""
    x, op, y = way
    return way if problem.value(x) >= problem.value(y) else (y, op, x)


def distinct(*values: int) -> None:
    if len(set(values)) < len(values):
        raise Unfit


def filled(d: Draw, person: str, count: int, holder: str, size: int, thing: str) -> str:
    return d.pick([f"{person} has {count} {holder} of {size} {thing}.", f"{person} fills {count} {holder} with {size} {thing} each."])


def containers(d: Draw) -> Problem:
    kind = d.pick(["sum", "difference", "most", "fewest", "three", "after"])
    p = Problem(f"containers-{kind}")
    count = 3 if kind == "three" else 2
    people, thing = d.people(count), d.pick(things)
    sentences = []
    for name, person in zip("ABC", people):
        n, size = d.number(2, 9), d.number(2, 12)
        sentences.append(filled(d, person, n, d.pick(holders), size, thing))
        p.key(name, (n, "*", size), has(person, thing))
    p.sentences = d.shuffled(*sentences)
    a, b = people[:2]
    if kind == "three":
        for x, y in ("AB", "AC", "BC"):
            m, n = people["ABC".index(x)], people["ABC".index(y)]
            p.key(x + y, (x, "+", y), [f"{m} and {n} have @ {thing}.", f"{n} and {m} have @ {thing}."])
        p.key("T", [("AB", "+", "C"), ("AC", "+", "B"), ("BC", "+", "A")], ["All three have @.", "The total is @."])
        return p.ask("T", d.pick([f"How many {thing} do all three have?", f"How many {thing} are there in total?"]))
    distinct(p.value("A"), p.value("B"))
    if kind == "after":
        giver, taker, given = a, b, d.number(2, 9)
        if given >= p.value("A"):
            raise Unfit
        p.sentences.append(f"Then {giver} gives {given} {thing} to {taker}.")
        p.key("G", ("A", "-", given), [f"Then {giver} has @ {thing}.", f"{giver} keeps @."])
        p.key("H", ("B", "+", given), [f"Then {taker} has @ {thing}."])
        if d.chance(0.5):
            return p.ask("G", f"How many {thing} does {giver} have now?")
        return p.ask("H", f"How many {thing} does {taker} have now?")
    if kind == "sum":
        p.key("T", ("A", "+", "B"), total(thing))
        return p.ask("T", d.pick([f"How many {thing} do they have together?", f"How many {thing} do {a} and {b} have in total?"]))
    if kind == "difference":
        p.key("T", larger(("A", "-", "B"), p), gap(thing))
        return p.ask("T", d.pick([f"How many more {thing} does the one with more have?", f"What is the difference in {thing}?"]))
    high, low = ("A", "B") if p.value("A") > p.value("B") else ("B", "A")
    if kind == "most":
        p.key("T", (high, ">", low), ["The most is @.", "To compare, @."])
        return p.ask("T", d.pick([f"How many {thing} does the one with the most have?", f"How many {thing} are in the larger pile?"]))
    p.key("T", (low, "<", high), ["The fewest is @.", "To compare, @."])
    return p.ask("T", d.pick([f"How many {thing} does the one with the fewest have?", f"How many {thing} are in the smaller pile?"]))


def relation(d: Draw, p: Problem, source, person: str, other: str, thing: str) -> tuple[str, tuple]:
    """How many `other` has, told by what `person` has."""
    value = p.value(source)
    kind = d.pick(["more", "fewer", "times", "half"])
    if kind == "times" and value <= 30:
        n = d.number(2, 5)
        return f"{other} has {n} times as many {thing} as {person}.", (source, "*", n)
    if kind == "half" and value % 2 == 0 and value > 4:
        return f"{other} has half as many {thing} as {person}.", (source, "/", 2)
    n = d.number(2, 30)
    if kind == "fewer" and value > n + 1:
        return f"{other} has {n} fewer {thing} than {person}.", (source, "-", n)
    return f"{other} has {n} more {thing} than {person}.", (source, "+", n)


def chain(d: Draw) -> Problem:
    kind = d.pick(["last", "pair", "all", "four"])
    p = Problem(f"chain-{kind}")
    people, thing = d.people(4), d.pick(things)
    start = d.number(4, 50)
    told, sources = [f"{people[0]} has {start} {thing}."], [start]
    for i in range(1, 4 if kind == "four" else 3):
        sentence, way = relation(d, p, sources[-1], people[i - 1], people[i], thing)
        told.append(sentence)
        p.key("ABCD"[i], way, has(people[i], thing))
        sources.append("ABCD"[i])
    p.sentences = d.shuffled(*told) if d.chance(0.4) else told
    if kind in ("last", "four"):
        return p.ask(sources[-1], f"How many {thing} does {people[len(sources) - 1]} have?")
    if kind == "pair":
        p.key("T", ("B", "+", "C"), total(thing))
        return p.ask("T", f"How many {thing} do {people[1]} and {people[2]} have in total?")
    p.key("S", (start, "+", "B"), [f"{people[0]} and {people[1]} have @ {thing}."])
    p.key("U", ("B", "+", "C"), [f"{people[1]} and {people[2]} have @ {thing}."])
    p.key("T", [("S", "+", "C"), ("U", "+", start)], ["All three have @.", "The total is @."])
    return p.ask("T", f"How many {thing} do all three have?")


def ledger(d: Draw) -> Problem:
    kind = d.pick(["now", "half"])
    p = Problem(f"ledger-{kind}")
    a, b, c = d.people(3)
    thing, holder, who = d.pick(things), d.pick(holders), pronoun(a)
    start, n, size, gone = d.number(10, 90), d.number(2, 9), d.number(2, 12), d.number(3, 50)
    if gone >= start:
        raise Unfit
    p.sentences = [f"{a} has {start} {thing}."] + d.shuffled(
        d.pick([f"{who} buys {n} {holder} of {size} {thing}.", f"{who} finds {n} {holder} of {size} {thing}."]),
        d.pick([f"{who} gives {gone} {thing} to {b}.", f"{who} loses {gone} {thing}."]),
    )
    p.key("N", (n, "*", size), [f"The {holder} hold @ {thing}.", "That adds @."])
    p.key("X", (start, "+", "N"), [f"With them {a} has @."])
    p.key("Y", (start, "-", gone), [f"Without them {a} has @."])
    now = [f"Now {a} has @ {thing}.", f"There are @ {thing} left."]
    p.key("T", [("X", "-", gone), ("Y", "+", "N")], now if kind == "now" else [f"Then {a} has @ {thing}.", "That makes @."])
    if kind == "now":
        return p.ask("T", d.pick([f"How many {thing} does {a} have now?", f"How many {thing} are left?"]))
    parts, word = d.pick([(2, "half"), (3, "a third"), (4, "a quarter")])
    p.sentences.append(f"Then {who.lower()} gives {word} of them to {c}.")
    p.key("Q", ("T", "/", parts), [f"{c} gets @.", f"{word.capitalize()} is @ {thing}."])
    if d.chance(0.4):
        return p.ask("Q", f"How many {thing} does {c} get?")
    p.key("R", ("T", "-", "Q"), now)
    return p.ask("R", d.pick([f"How many {thing} does {a} have now?", f"How many {thing} are left?"]))


def fraction(d: Draw) -> Problem:
    kind = d.pick(["keeps", "then"])
    p = Problem(f"fraction-{kind}")
    a, b = d.people(2)
    thing, (parts, word) = d.pick(things), d.pick([(2, "half"), (3, "a third"), (4, "a quarter"), (5, "a fifth")])
    start = d.number(3, 30) * parts
    p.sentences = [f"{a} has {start} {thing}.", f"{pronoun(a)} gives {word} of them to {b}."]
    p.key("Q", (start, "/", parts), [f"{b} gets @.", f"{word.capitalize()} is @ {thing}."])
    p.key("R", (start, "-", "Q"), [f"{a} keeps @.", f"The rest is @ {thing}."])
    if kind == "keeps":
        return p.ask("R", d.pick([f"How many {thing} does {a} keep?", f"How many {thing} are left?"]))
    n, up = d.number(2, 40), d.chance(0.5)
    p.sentences.append(f"Then {pronoun(a).lower()} {'finds' if up else 'loses'} {n} {thing}.")
    if p.key("T", ("R", "+" if up else "-", n), [f"Now {a} has @ {thing}.", f"There are @ {thing} left."]) < 1:
        raise Unfit
    return p.ask("T", d.pick([f"How many {thing} does {a} have now?", f"How many {thing} are left?"]))


def packing(d: Draw) -> Problem:
    kind = d.pick(["full", "needed", "over"])
    p = Problem(f"packing-{kind}")
    (a,) = d.people(1)
    thing, (old, new), who = d.pick(things), d.several(holders, 2), pronoun(a)
    n, size, change, into, up = d.number(2, 9), d.number(3, 12), d.number(2, 30), d.number(3, 10), d.chance(0.6)
    p.sentences = [
        filled(d, a, n, old, size, thing),
        d.pick([f"{who} finds {change} more {thing}.", f"{who} buys {change} more {thing}."]) if up else d.pick([f"{who} loses {change} {thing}.", f"{who} sells {change} {thing}."]),
        f"{who} moves them to {new} of {into} {thing}.",
    ]
    p.key("N", (n, "*", size), [f"The {old} hold @ {thing}.", f"{a} starts with @."])
    if p.key("X", ("N", "+" if up else "-", change), [f"Then {a} has @ {thing}.", "That makes @."]) <= into:
        raise Unfit
    p.key("D", ("X", "divmod", into), [f"In {new} that is @.", "To divide, @."])
    if kind == "full":
        return p.ask("D", f"How many full {new} are there?")
    if kind == "needed":
        if p.keys["D"].rest == 0:
            return p.ask("D", f"How many {new} does {a} need?")
        p.key("U", ("D", "+", 1), [f"{a} needs @ {new}.", "With the last one @."])
        return p.ask("U", f"How many {new} does {a} need?")
    if p.keys["D"].rest == 0:
        raise Unfit
    p.key("F", ("D", "*", into), [f"The full {new} hold @ {thing}."])
    p.key("R", ("X", "-", "F"), [f"There are @ {thing} left over.", "The rest is @."])
    return p.ask("R", f"How many {thing} are left over?")


def buses(d: Draw) -> Problem:
    """Large parts make few wholes, so that a slip on the way need not change the answer."""
    kind = d.pick(["needed", "full", "rounds"])
    p = Problem(f"buses-{kind}")
    groups, size, others, seats = d.number(2, 8), d.number(11, 29), d.number(3, 40), d.number(20, 60)
    what, unit = ("rounds", "places") if kind == "rounds" else ("buses", "seats")
    p.sentences = [f"{groups} classes of {size} pupils go on a trip.", f"{others} teachers go with them."]
    p.sentences.append(f"A boat has {seats} places." if kind == "rounds" else f"A bus has {seats} seats.")
    p.key("P", (groups, "*", size), ["The pupils are @.", "There are @ pupils."])
    if p.key("S", ("P", "+", others), ["In all they are @ people.", "With the teachers they are @."]) <= seats:
        raise Unfit
    p.key("D", ("S", "divmod", seats), [f"In {what} that is @.", "To divide, @."])
    if kind == "full":
        return p.ask("D", "How many buses are full?")
    question = "How many rounds does the boat make?" if kind == "rounds" else "How many buses do they need?"
    if p.keys["D"].rest == 0:
        return p.ask("D", question)
    p.key("U", ("D", "+", 1), [f"They need @ {what}.", "With the last one @."])
    return p.ask("U", question)


def shopping(d: Draw) -> Problem:
    kind = d.pick(["sum", "left", "dearer"])
    p = Problem(f"shopping-{kind}")
    (a,) = d.people(1)
    x, y = d.several(things, 2)
    price, cost, n, m = d.number(2, 12), d.number(2, 12), d.number(2, 9), d.number(2, 9)
    p.sentences = d.shuffled(f"The {x} cost {price} dollars each.", f"The {y} cost {cost} dollars each.")
    p.sentences.append(d.pick([f"{a} buys {n} {x} and {m} {y}.", f"{a} buys {m} {y} and {n} {x}."]))
    p.key("A", (n, "*", price), [f"The {x} cost @ dollars.", f"For the {x} that is @."])
    p.key("B", (m, "*", cost), [f"The {y} cost @ dollars.", f"For the {y} that is @."])
    if kind == "dearer":
        distinct(p.value("A"), p.value("B"))
        p.key("T", larger(("A", ">", "B"), p), ["The higher cost is @ dollars.", "To compare, @."])
        return p.ask("T", f"How much does {a} spend on what costs more in total?")
    p.key("S", ("A", "+", "B"), ["The total is @ dollars.", "In all that is @."])
    if kind == "sum":
        return p.ask("S", d.pick([f"How much does {a} spend?", "What is the total cost?"]))
    money = p.value("S") + d.number(1, 50)
    p.sentences.insert(0, f"{a} has {money} dollars.")
    p.key("L", (money, "-", "A"), [f"After the {x} there are @ dollars."])
    p.key("K", (money, "-", "B"), [f"After the {y} there are @ dollars."])
    p.key("T", [(money, "-", "S"), ("L", "-", "B"), ("K", "-", "A")], ["The change is @ dollars.", f"{a} keeps @."])
    return p.ask("T", "How many dollars are left?")


def rates(d: Draw) -> Problem:
    kind = d.pick(["sum", "difference"])
    p = Problem(f"rates-{kind}")
    a, b = d.people(2)
    thing, verb, days = d.pick(things), d.pick(["finds", "makes", "sells"]), d.number(2, 9)
    x, y = d.number(2, 15), d.number(2, 15)
    p.sentences = d.shuffled(f"{a} {verb} {x} {thing} each day.", f"{b} {verb} {y} {thing} each day.")
    p.key("A", (x, "*", days), has(a, thing))
    p.key("B", (y, "*", days), has(b, thing))
    if kind == "sum":
        p.key("R", (x, "+", y), ["Each day they get @."])
        p.key("T", [("R", "*", days), ("A", "+", "B")], total(thing))
        return p.ask("T", d.pick([f"How many {thing} do they have after {days} days?", f"After {days} days how many {thing} are there in total?"]))
    distinct(x, y)
    first, second = ((a, "A"), (b, "B")) if x > y else ((b, "B"), (a, "A"))
    p.key("R", (max(x, y), "-", min(x, y)), ["Each day the gap is @."])
    p.key("T", [("R", "*", days), (first[1], "-", second[1])], gap(thing))
    return p.ask("T", f"After {days} days how many more {thing} does {first[0]} have than {second[0]}?")


def ratio(d: Draw) -> Problem:
    kind = d.pick(["other", "total"])
    p = Problem(f"ratio-{kind}")
    x, y = d.several(colours, 2)
    thing, m, n, groups = d.pick(things), d.number(2, 6), d.number(2, 6), d.number(2, 12)
    distinct(m, n)
    given = m * groups
    p.sentences = [f"For every {m} {x} {thing} there are {n} {y} {thing}.", f"There are {given} {x} {thing}."]
    p.key("G", (given, "/", m), ["The number of groups is @.", "That makes @ groups."])
    p.key("Y", ("G", "*", n), [f"There are @ {y} {thing}.", f"The {y} {thing} are @."])
    if kind == "other":
        return p.ask("Y", f"How many {y} {thing} are there?")
    p.key("P", (m, "+", n), ["Each group has @."])
    p.key("T", [(given, "+", "Y"), ("G", "*", "P")], ["The total is @.", f"In all there are @ {thing}."])
    return p.ask("T", f"How many {thing} are there in total?")


def percent(d: Draw) -> Problem:
    kind = d.pick(["sale", "rest", "two"])
    p = Problem(f"percent-{kind}")
    (a,) = d.people(1)
    share = d.pick([10, 20, 25, 40, 50, 75])
    base = d.number(1, 12) * {10: 10, 20: 5, 25: 4, 40: 5, 50: 2, 75: 4}[share]
    if base < 8:
        raise Unfit
    if kind == "rest":
        thing, colour = d.pick(things), d.pick(colours)
        p.sentences = [f"{a} has {base} {thing}.", f"{share}% of them are {colour}."]
        p.key("C", (base, "%", share), [f"The {colour} ones are @.", f"There are @ {colour} {thing}."])
        p.key("R", (base, "-", "C"), ["There are @ others.", f"The rest is @ {thing}."])
        return p.ask("R", f"How many {thing} are not {colour}?")
    p.sentences = [d.pick([f"A coat costs {base} dollars.", f"The price of a coat is {base} dollars."]), f"{a} gets {share}% off."]
    p.key("C", (base, "%", share), ["The discount is @ dollars.", f"{a} saves @."])
    p.key("N", (base, "-", "C"), ["The new price is @ dollars.", f"{a} pays @."])
    if kind == "sale":
        return p.ask("N", f"How many dollars does {a} pay?")
    more = d.number(2, 40)
    p.sentences.append(f"{pronoun(a)} also buys a hat for {more} dollars.")
    p.key("S", (base, "+", more), ["Without the discount it is @."])
    p.key("T", [("N", "+", more), ("S", "-", "C")], ["The total is @ dollars.", "In all that is @."])
    return p.ask("T", f"How many dollars does {a} spend?")


def time(d: Draw) -> Problem:
    kind = d.pick(["minutes", "longer", "both"])
    p = Problem(f"time-{kind}")
    a, b = d.people(2)
    verb = d.pick(["reads", "runs", "works", "swims"])
    h, m, n = d.number(1, 4), d.number(5, 55), d.number(10, 200)
    hours = f"{h} hours" if h > 1 else "1 hour"
    p.sentences = [f"{a} {verb} for {hours} and {m} minutes."]
    p.key("H", (h, "*", 60), ["The hours are @ minutes.", "In minutes the hours are @."])
    p.key("A", ("H", "+", m), [f"{a} {verb} for @ minutes.", f"For {a} that is @ minutes."])
    if kind == "minutes":
        if n >= p.value("A") - 4:
            raise Unfit
        p.sentences.append(f"{n} minutes are over.")
        p.key("T", ("A", "-", n), ["There are @ minutes left.", "The rest is @ minutes."])
        return p.ask("T", "How many minutes are left?")
    p.sentences.append(f"{b} {verb} for {n} minutes.")
    p.sentences = d.shuffled(*p.sentences)
    if kind == "both":
        p.key("T", ("A", "+", n), ["Together it is @ minutes.", "The total is @."])
        return p.ask("T", "How many minutes do they take in total?")
    distinct(p.value("A"), n)
    p.key("T", larger(("A", "-", n), p), ["The difference is @ minutes.", "That is @ minutes more."])
    return p.ask("T", "How many minutes longer is the longer time?")


def trip(d: Draw) -> Problem:
    kind = d.pick(["legs", "left", "farther"])
    p = Problem(f"trip-{kind}")
    a, b = d.people(2)
    x, h, y, g = d.number(3, 15), d.number(2, 9), d.number(3, 15), d.number(2, 9)
    verb = d.pick(["rides", "walks", "drives"])
    if kind == "farther":
        x, y = d.number(11, 29), d.number(5, 19)
        p.sentences = d.shuffled(f"{a} {verb} {x} km each hour for {h} hours.", f"{b} {verb} {y} km each hour for {g} hours.")
        p.key("A", (x, "*", h), [f"{a} goes @ km.", f"For {a} that is @ km."])
        p.key("B", (y, "*", g), [f"{b} goes @ km.", f"For {b} that is @ km."])
        distinct(p.value("A"), p.value("B"))
        if d.chance(0.5):
            p.key("T", larger(("A", ">", "B"), p), ["The longer way is @ km.", "To compare, @."])
            return p.ask("T", "How many km is the longer way?")
        p.key("T", larger(("A", "-", "B"), p), ["The difference is @ km.", "That is @ km more."])
        return p.ask("T", "How many km more is the longer way?")
    p.sentences = [f"{a} {verb} {x} km each hour for {h} hours.", f"Then {pronoun(a).lower()} {verb} {y} km each hour for {g} hours."]
    p.key("A", (x, "*", h), ["The first part is @ km.", "At first that is @ km."])
    p.key("B", (y, "*", g), ["The second part is @ km.", "Then that is @ km."])
    p.key("S", ("A", "+", "B"), ["The whole way is @ km.", "In all that is @ km."])
    if kind == "legs":
        return p.ask("S", f"How many km does {a} go in total?")
    whole = p.value("S") + d.number(2, 60)
    p.sentences.insert(0, f"The way is {whole} km long.")
    p.key("L", (whole, "-", "A"), ["After the first part @ km are left."])
    p.key("T", [(whole, "-", "S"), ("L", "-", "B")], ["There are @ km left.", "The rest is @ km."])
    return p.ask("T", "How many km are left?")


def offers(d: Draw) -> Problem:
    """Two shops with a price for each piece and a fee: comparisons of two steps."""
    kind = d.pick(["cheaper", "best"])
    p = Problem(f"offers-{kind}")
    thing, n = d.pick(things), d.number(3, 10)
    x, fee, y = d.number(2, 12), d.number(3, 30), d.number(2, 15)
    p.sentences = d.shuffled(f"The first shop sells {thing} for {x} dollars each and takes {fee} dollars more.", f"The second shop sells {thing} for {y} dollars each.")
    (a,) = d.people(1)
    p.sentences.append(f"{a} needs {n} {thing}.")
    p.key("A", (n, "*", x), [f"In the first shop the {thing} cost @ dollars."])
    p.key("F", ("A", "+", fee), ["The first shop takes @ dollars.", "With the fee it is @."])
    p.key("B", (n, "*", y), ["The second shop takes @ dollars.", "In the second shop it is @."])
    distinct(p.value("F"), p.value("B"))
    low, high = ("F", "B") if p.value("F") < p.value("B") else ("B", "F")
    if kind == "best":
        p.key("T", (low, "<", high), ["The lower price is @ dollars.", "To compare, @."])
        return p.ask("T", f"How many dollars does {a} pay in the cheaper shop?")
    p.key("T", (high, "-", low), ["The difference is @ dollars.", f"{a} saves @."])
    return p.ask("T", f"How many dollars does {a} save in the cheaper shop?")


def change(d: Draw) -> Problem:
    """Both change by the same: what one does not need to work out."""
    kind = d.pick(["gain", "loss"])
    p = Problem(f"change-{kind}")
    a, b = d.people(2)
    thing, x, y, n = d.pick(things), d.number(10, 90), d.number(10, 90), d.number(3, 30)
    distinct(x, y)
    op = "+" if kind == "gain" else "-"
    if min(x, y) - n < 1:
        raise Unfit
    p.sentences = d.shuffled(f"{a} has {x} {thing}.", f"{b} has {y} {thing}.") + [f"Then both {'get' if kind == 'gain' else 'lose'} {n} {thing}."]
    p.key("A", (x, op, n), has(a, thing))
    p.key("B", (y, op, n), has(b, thing))
    if d.chance(0.5):
        high, low = ("A", "B") if x > y else ("B", "A")
        p.key("T", [(high, "-", low), (max(x, y), "-", min(x, y))], gap(thing))
        return p.ask("T", d.pick([f"How many more {thing} does the one with more have?", f"What is the difference in {thing}?"]))
    p.key("S", (x, "+", y), ["At first they have @."])
    p.key("N", (n, "*", 2), ["Both changes are @."])
    p.key("T", [("A", "+", "B"), ("S", op, "N")], total(thing))
    return p.ask("T", f"How many {thing} do they have together?")


def share(d: Draw) -> Problem:
    kind = d.pick(["two", "more"])
    p = Problem(f"share-{kind}")
    a, b = d.people(2)
    thing, friends = d.pick(things), d.number(2, 8)
    x, y = d.number(4, 60), d.number(4, 60)
    p.sentences = d.shuffled(f"{a} has {x} {thing}.", f"{b} has {y} {thing}.")
    p.key("S", (x, "+", y), total(thing))
    source = "S"
    if kind == "more":
        n = d.number(2, 20)
        p.sentences.append(f"They find {n} more {thing}.")
        p.key("A", (x, "+", n), [f"With them {a} has @."])
        p.key("M", [("S", "+", n), ("A", "+", y)], [f"With them there are @ {thing}.", "That makes @."])
        source = "M"
    p.sentences.append(f"They put them into {friends} equal piles.")
    p.key("T", (source, "/", friends), [f"Each pile has @ {thing}.", "For each pile that is @."])
    if p.value("T") < 2:
        raise Unfit
    return p.ask("T", f"How many {thing} are in each pile?")


def wages(d: Draw) -> Problem:
    kind = d.pick(["bonus", "saved", "most"])
    p = Problem(f"wages-{kind}")
    a, b = d.people(2)
    pay, hours, other, times, n = d.number(5, 19), d.number(2, 9), d.number(11, 29), d.number(2, 9), d.number(5, 40)
    p.sentences = [f"{a} gets {pay} dollars each hour and works {hours} hours."]
    p.key("A", (pay, "*", hours), [f"{a} gets @ dollars.", f"For {a} that is @ dollars."])
    if kind == "bonus":
        p.sentences.append(f"{pronoun(a)} also gets {n} dollars for the way.")
        p.key("T", ("A", "+", n), ["The total is @ dollars.", "With the way it is @."])
        return p.ask("T", f"How many dollars does {a} get?")
    if kind == "saved":
        if p.value("A") - n < 2:
            raise Unfit
        p.sentences.append(f"{pronoun(a)} spends {n} dollars.")
        p.key("T", ("A", "-", n), ["There are @ dollars left.", f"{a} keeps @."])
        return p.ask("T", f"How many dollars does {a} keep?")
    p.sentences.append(f"{b} gets {other} dollars each hour and works {times} hours.")
    p.sentences = d.shuffled(*p.sentences)
    p.key("B", (other, "*", times), [f"{b} gets @ dollars.", f"For {b} that is @ dollars."])
    distinct(p.value("A"), p.value("B"))
    p.key("T", larger(("A", ">", "B"), p), ["The most is @ dollars.", "To compare, @."])
    return p.ask("T", "How many dollars does the one with the most get?")


def ages(d: Draw) -> Problem:
    kind = d.pick(["later", "both"])
    p = Problem(f"ages-{kind}")
    a, b = d.people(2)
    x, n, years = d.number(3, 20), d.number(2, 4), d.number(2, 20)
    older = d.number(2, 20)
    times = d.chance(0.5)
    p.sentences = [f"{a} is {x} years old.", f"{b} is {n} times as old as {a}." if times else f"{b} is {older} years older than {a}."]
    p.key("B", (x, "*", n) if times else (x, "+", older), [f"{b} is @ years old.", f"For {b} that is @ years."])
    p.key("L", ("B", "+", years), [f"Then {b} is @ years old.", f"In {years} years {b} is @."])
    if kind == "later":
        return p.ask("L", f"How old is {b} in {years} years?")
    p.key("A", (x, "+", years), [f"Then {a} is @ years old.", f"In {years} years {a} is @."])
    p.key("T", ("A", "+", "L"), ["Together they are @ years old.", "The total is @."])
    return p.ask("T", f"How old are they together in {years} years?")


def seats(d: Draw) -> Problem:
    kind = d.pick(["free", "halls"])
    p = Problem(f"seats-{kind}")
    rows, each = d.number(3, 12), d.number(4, 12)
    p.key("A", (rows, "*", each), ["The first hall has @ seats."] if kind == "halls" else ["The hall has @ seats.", "There are @ seats."])
    if kind == "free":
        taken = d.number(5, 60)
        p.sentences = [f"A hall has {rows} rows of {each} seats.", d.pick([f"{taken} seats are taken.", f"{taken} people sit in it."])]
        if p.key("T", ("A", "-", taken), ["There are @ free seats.", "The rest is @ seats."]) < 1:
            raise Unfit
        return p.ask("T", "How many seats are free?")
    lines, per = d.number(3, 12), d.number(4, 12)
    p.sentences = d.shuffled(f"The first hall has {rows} rows of {each} seats.", f"The second hall has {lines} rows of {per} seats.")
    p.key("B", (lines, "*", per), ["The second hall has @ seats."])
    if d.chance(0.5):
        p.key("T", ("A", "+", "B"), ["Together they have @ seats.", "The total is @."])
        return p.ask("T", "How many seats are there in total?")
    distinct(p.value("A"), p.value("B"))
    p.key("T", larger(("A", ">", "B"), p), ["The larger hall has @ seats.", "To compare, @."])
    return p.ask("T", "How many seats does the larger hall have?")


def garden(d: Draw) -> Problem:
    kind = d.pick(["fence", "cost", "area"])
    p = Problem(f"garden-{kind}")
    x, y, price = d.number(3, 20), d.number(3, 12), d.number(2, 5)
    distinct(x, y)
    p.sentences = [d.pick([f"A garden is {x} m long and {y} m wide.", f"A field is {x} m long and {y} m wide."])]
    if kind == "area":
        p.sentences.append(f"Each square m needs {price} seeds.")
        p.key("A", (x, "*", y), ["The area is @ square m."])
        p.key("T", ("A", "*", price), ["It needs @ seeds.", "In all that is @ seeds."])
        return p.ask("T", "How many seeds does it need?")
    p.key("S", (x, "+", y), ["Two sides are @ m.", "Half the way around is @ m."])
    long, short = "The long sides are @ m.", "The short sides are @ m."
    p.key("X", (x, "*", 2), [long if x > y else short])
    p.key("Y", (y, "*", 2), [long if y > x else short])
    p.key("F", [("S", "*", 2), ("X", "+", "Y")], ["The fence is @ m long.", "All around that is @ m."])
    if kind == "fence":
        return p.ask("F", "How many m of fence go around it?")
    p.sentences.append(f"A fence costs {price} dollars for each m.")
    p.key("T", ("F", "*", price), ["The fence costs @ dollars.", "In all that is @ dollars."])
    return p.ask("T", "How much does a fence around it cost?")


families = [
    (containers, 3), (chain, 4), (ledger, 3), (fraction, 2), (packing, 4), (buses, 5), (shopping, 2), (rates, 2), (ratio, 2), (percent, 3),
    (time, 3), (trip, 3), (offers, 4), (change, 1), (share, 2), (wages, 3), (ages, 2), (seats, 2), (garden, 2),
]


def distract(d: Draw, p: Problem) -> None:
    """A quarter of the problems tell something that is not needed."""
    if not d.chance(0.25):
        return
    person, thing = d.pick(she + he), d.pick(things)
    if person in p.text or thing in p.text:
        return
    if d.chance(0.5):
        p.sentences.insert(d.number(1, len(p.sentences)), f"There are {d.number(2, 40)} {thing} in the store.")
    else:
        # Last, lest a pronoun refers to this person.
        p.sentences.append(d.pick([f"{person} is {d.number(5, 40)} years old.", f"{person} has {d.number(2, 30)} {thing}."]))


def draw_problem(rng: Random) -> Problem:
    d = Draw(rng)
    makers, weights = zip(*families)
    while True:
        try:
            problem = rng.choices(makers, weights)[0](d)
        except Unfit:
            continue
        if all(0 < key.value < 1000 for key in problem.keys.values()):
            distract(d, problem)
            return problem
