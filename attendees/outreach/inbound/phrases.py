"""The only sentences that are taken for an answer, in three languages. Whatever is not here is read by a person.

Each line is a pattern for one whole clause, in lower case and without punctuation; ``[a|b]`` is one of several words,
``(a)`` may be left out.
"""

import re

COMING, REMOTE, INTERESTED, CANT = "coming", "remote", "interested", "cant"
YES, SORRY, COURTESY, GLAD, NEXT_TIME = "yes", "sorry", "courtesy", "glad", "next time"

_WORDS = {
    YES: """
        yes
        yes please
        yep
        sure
        sure thing
        absolutely
        definitely
        certainly
        of course
        ja
        ja gerne
        sehr gerne
        gerne
        oui
        oui bien sûr
        bien sûr
        volontiers
        avec plaisir
    """,
    SORRY: """
        (i'm|i am|so|very|really) sorry
        sorry
        apologies
        my apologies
        unfortunately
        sadly
        i'm afraid
        i am afraid
        regrettably
        (es) tut mir (sehr) leid
        leider
        (je suis) [désolé|désolée|navré|navrée]
        malheureusement
    """,
    COURTESY: """
        (many) thanks
        thanks (a lot|so much|again|very much)
        thank you (so much|very much)
        [thanks|thank you] for [asking|the invitation|inviting me|the invite|your mail|your email|reaching out|the heads up|organizing this|organising this|organizing|organising|the reminder|thinking of me|letting me know|putting this together|having me]
        danke (sehr|schön|dir|euch|ihnen)
        vielen dank (für die [einladung|nachricht|anfrage|erinnerung])
        danke für die [einladung|nachricht|anfrage|erinnerung|mail]
        merci (beaucoup)
        merci (beaucoup) pour [l'invitation|votre message|ton message|le rappel]
        merci de l'invitation
        no problem
        best wishes
        all the best
    """,
    GLAD: """
        (i'm|i am|i) (really|very much) looking forward to it
        (i'm|i am|i) (really) looking forward to [it|this|that|the session|the microconference|seeing you|seeing you there|seeing everyone]
        [i|i'll] look forward to it
        great
        happy to
        ich freue mich (sehr|schon) (darauf|drauf)
        freue mich (sehr|schon) (darauf|drauf)
        bis dann
        au plaisir
        see you [there|then]
        see you
    """,
    NEXT_TIME: """
        (maybe|perhaps|hopefully) next [time|year]
        good luck (with it)
        have (fun|a good one|a great time|a great session|a good session)
        i hope it goes well
        hope it goes well
        viel erfolg
        viel spaß
        bonne [chance|continuation]
    """,
    COMING: """
        (yes) i'll (definitely|certainly|be happy to|gladly) be there (in person)
        (yes) i will (definitely|certainly) be there (in person)
        (yes) i'll (definitely|certainly) [attend|come|participate] (in person)
        (yes) i will (definitely|certainly) [attend|come|participate] (in person)
        (yes) i will be [attending|coming] (in person)
        (yes) i'll be [attending|coming] (in person)
        (yes) i am (definitely) [coming|attending] (in person)
        (yes) i'm (definitely) [coming|attending] (in person)
        (yes) (please) count me in
        (yes) you can count on me
        (yes) count on me
        (yes) i'm in
        (yes) i am in
        (yes) i can make it
        (yes) i'll make it
        will be there (in person)
        will attend (in person)
        i shall be there (in person)
        in person
        (ja) ich bin (gerne|auf jeden fall|sicher) dabei
        (ja) bin (gerne|auf jeden fall|sicher) dabei
        (ja) ich werde (gerne|auf jeden fall) [da|dabei|dort|vor ort] sein
        (ja) ich komme (gerne|auf jeden fall|sicher)
        (ja) ich nehme (gerne) teil
        (ja) ich werde (gerne) [teilnehmen|kommen]
        vor ort
        (oui) je serai (bien) [là|présent|présente|des vôtres] (sur place)
        (oui) je [viendrai|viens|participerai|participe] (sur place)
        (oui) [comptez|compte] sur moi
        (oui) vous pouvez compter sur moi
        (oui) je serai de la partie
        sur place
    """,
    REMOTE: """
        [remotely|remote|online|virtually]
        [but|though] remotely
        (yes) i'll (definitely) be there [remotely|online|virtually]
        (yes) i will (definitely) be there [remotely|online|virtually]
        (yes) i'll [attend|join|participate|take part|come] [remotely|online|virtually]
        (yes) i will [attend|join|participate|take part|be attending|be joining] [remotely|online|virtually]
        (yes) i'll be [attending|joining|participating] [remotely|online|virtually]
        (yes) i'm (attending|joining|coming) [remotely|online|virtually]
        (yes) i am [attending|joining|coming] [remotely|online|virtually]
        (yes) (please) count me in [remotely|online|virtually]
        will [attend|join|be there] [remotely|online|virtually]
        (ja) ich bin (gerne) [remote|online|virtuell] dabei
        (ja) bin (gerne) [remote|online|virtuell] dabei
        (ja) ich nehme (gerne) [remote|online|virtuell|aus der ferne] teil
        (ja) ich werde (gerne) [remote|online|virtuell] [teilnehmen|dabei sein]
        [aus der ferne|per video|virtuell]
        [à distance|en visio|en ligne|en visioconférence]
        (oui) je [participerai|participe|serai là|serai présent|serai présente] [à distance|en visio|en ligne|en visioconférence]
        (oui) [comptez|compte] sur moi [à distance|en visio|en ligne]
    """,
    INTERESTED: """
        (yes) (very|definitely|absolutely) interested
        (yes) (i'm|i am) (very|definitely|really|certainly|absolutely|indeed|still) interested
        (yes) (i'd|i would) (definitely|certainly|very much) be (very) interested
        (yes) (i'd|i would) (definitely|certainly|gladly|happily) [take part|participate|attend|join]
        (yes) (i'd|i would) [love|like] to [take part|participate|attend|join|be there|come]
        (yes) (i'd|i would) be [happy|glad|delighted] to [take part|participate|attend|join|be there|come]
        (yes) [i'm|i am] [happy|glad] to [take part|participate|attend|join]
        (yes) [happy|glad] to [take part|participate|attend|join]
        (yes) (i'd|i would) be in
        (ja) ich bin (sehr|weiterhin|auf jeden fall) interessiert
        (ja) (sehr) interessiert
        (ja) ich habe (großes|grosses) interesse
        (ja) (großes|grosses) interesse
        (ja) das interessiert mich (sehr)
        (ja) ich würde (sehr) gerne [teilnehmen|kommen|dabei sein|mitmachen]
        (ja) ich wäre (sehr) (gerne) dabei
        (oui) je suis (très|toujours) [intéressé|intéressée]
        (oui) (très) [intéressé|intéressée]
        (oui) (ça|cela) m'intéresse (beaucoup)
        (oui) je [participerais|viendrais] [volontiers|avec plaisir]
        (oui) j'aimerais (bien|beaucoup) [participer|venir]
    """,
    CANT: """
        (sorry|unfortunately|sadly) (but) (i) [can't|cannot|won't|can not|will not] (be able to) [make it|attend|come|join|participate|take part|be there] ((this time|this year))
        (sorry|unfortunately|sadly) (but) (i) won't make it ((this time|this year))
        (sorry|unfortunately|sadly) (but) [i'm|i am] [unable to|not able to] [make it|attend|come|join|participate|take part|be there] ((this time|this year))
        unable to [make it|attend|come|participate] ((this time|this year))
        (sorry|unfortunately|sadly) (but) i (will) have to [decline|pass] ((this time|this year))
        (sorry|unfortunately|sadly) (but) i must [decline|pass] ((this time|this year))
        not this [time|year] (sorry|unfortunately)
        (i'm|i am) not coming ((this time|this year))
        (leider) ich kann (leider|diesmal|dieses mal|dieses jahr) nicht (kommen|teilnehmen|dabei sein|dabeisein)
        (leider) kann ich (leider|diesmal|dieses mal|dieses jahr) nicht (kommen|teilnehmen|dabei sein|dabeisein)
        (leider) ich kann leider diesmal nicht (kommen|teilnehmen|dabei sein)
        ich schaffe es (leider|diesmal|dieses jahr) nicht
        ich bin (leider|diesmal) [verhindert|nicht dabei]
        (leider) bin ich (diesmal) [verhindert|nicht dabei]
        ich muss (leider) (diesmal) absagen
        (leider) muss ich (diesmal) absagen
        ich komme (leider|diesmal) nicht
        [diesmal|dieses mal|dieses jahr] leider nicht
        leider nicht
        (désolé|désolée|malheureusement) je ne [pourrai|peux] (malheureusement) pas [venir|participer|être là|être présent|être présente|y aller|assister] ((cette fois|cette année))
        (désolé|désolée|malheureusement) je ne [viendrai|participerai] (malheureusement) pas ((cette fois|cette année))
        (désolé|désolée|malheureusement) je ne serai (malheureusement) pas [là|présent|présente|disponible] ((cette fois|cette année))
        je dois (malheureusement) décliner
        pas cette [fois|année]
    """,
}
GREETING = re.compile(
    r"(?:hi|hello|hey|dear|hallo|liebe[rs]?|guten (?:tag|morgen|abend)|moin|servus|salut|bonjour|cher|chère|bonsoir"
    r"|good (?:morning|afternoon|evening))(?: [^\W\d_][\w.'-]*){0,3}",
)
CLOSING = re.compile(
    r"(?:many thanks|thanks|thank you|thanks a lot|cheers|best|best regards|kind regards|regards|best wishes|all the best"
    r"|sincerely|yours|yours sincerely|thx|tia|br|rgds|take care|greetings"
    r"|(?:viele|liebe|beste|schöne|freundliche|herzliche) grüße?|(?:viele|liebe|beste|schöne|freundliche) grüsse"
    r"|mit (?:freundlichen|besten|lieben) gr(?:ü|ue)(?:ß|ss)en|gruß|gruss|grüße|mfg|vg|lg|danke|danke und gruß"
    r"|cordialement|bien cordialement|amicalement|bien à (?:vous|toi)|à bientôt|meilleures salutations|cdt|merci)"
)
SENT_FROM = re.compile(
    r"(?:sent from (?:my|an?) [\w .]{2,40}|get outlook for \w+.{0,40}|sent via [\w .]{2,30}|gesendet mit [\w .]{2,40}"
    r"|von meinem [\w .-]{2,40} gesendet|gesendet von meinem [\w .]{2,30}|envoyé de mon [\w .]{2,30}"
    r"|envoyé depuis [\w .]{2,40}|sent with [\w .]{2,40})"
)
# What under a signature might still change what was said above it.
AFTERTHOUGHT = re.compile(
    r"\?|\b(?:ps|p\.s|pps|nb|if|unless|but|maybe|perhaps|provided|depends|depending|until|except|only|however|not|can't"
    r"|cannot|won't|wenn|falls|aber|vielleicht|außer|sofern|nur|nicht|allerdings|si|mais|sauf|peut-être|seulement|pas"
    r"|cependant|pourvu|edit|actually|correction|wait|never|hardly|probably|though|later|late|too|we|sorry|remotely)\b",
    re.I,
)


def _compiled(lines):
    patterns = []
    for line in lines.split("\n"):
        if line.strip():
            patterns.append(_pattern(line.strip()))
    return re.compile("|".join(f"(?:{each})" for each in patterns))


def _pattern(line):
    """One clause as a pattern: words apart by one blank, ``(…)`` with its blank left out or not."""
    line = re.sub(r"\(\(([^()]*)\)\)", r"(\1)", line)
    built = ""
    for token in re.findall(r"\([^()]*\)|\[[^\[\]]*\]|\S+", line):
        if token[0] in "([":
            words = "|".join(re.escape(each.strip()).replace(r"\ ", " ") for each in token[1:-1].split("|"))
            built += f"(?:(?:{words}) )?" if token[0] == "(" else f"(?:{words}) "
        else:
            built += re.escape(token) + " "
    return built


PATTERNS = {kind: _compiled(lines) for kind, lines in _WORDS.items()}


def kinds_of(clause):
    """What a clause can be taken for; empty if it is none of ours. Linear in its length, since clauses are short."""
    text = clause + " "
    return [kind for kind, pattern in PATTERNS.items() if pattern.fullmatch(text)]
