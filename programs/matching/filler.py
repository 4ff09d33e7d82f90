"""Words that hold sentences together and say nothing of what they are about, in the languages most read in our programs.

A short list of our own for each: in a small roster no count can tell `the` from a skill that everybody has. In any other
language the words that most people use are found by counting. Left out is whatever is a matter of its own in another of
these languages (`ai`, `go`, `art`).
"""

from __future__ import annotations

_ENGLISH = """
a about after all also am an and any are as at be because been before being between both but by can could did do does
doing done each etc every few for from get gets getting got had has have having he her here hers him his how i if in into is
it its itself just like little lot make many may me might more most much must my myself no nor not now of off on one only or
other our ours out over own per quite rather really same shall she should since so some somebody someone something still
such than that the their theirs them then there these they thing things this those though through to too toward towards
under until up upon us very want wants was we well were what when where whether which while who whom whose why will with
within without would yet you your yours yourself
"""
_GERMAN = """
aber alle allem allen aller alles als am an andere anderen auch auf aus bei beim bin bis bist da damit dann das dass dein
deine dem den denn der des dich dir doch dort du durch ein eine einem einen einer eines er es etwas euch euer für gegen
gern gerne habe haben hat hatte hier ich ihm ihn ihnen ihr ihre im in ins ist ja jede jeder jedes kann können man mehr
mein meine meinem meinen meiner mich mir mit möchte muss nach nicht nichts noch nun nur ob oder ohne schon sehr sein seine
sich sie sind so soll sollte über um und uns unser unsere unter viel vom von vor wann was weil wenn wer werden wie will
wir wird wo würde zu zum zur zwischen
"""
_FRENCH = """
à après au aussi autre autres aux avant avec avoir ce cela ces cet cette chez comme comment dans de depuis des dont du
elle elles en encore entre est et été être eux faire fait ici il ils je la le les leur leurs lors lui ma mais me même mes
moi mon ne ni nos notre nous on ont ou où par parce pas pendant peu peut plus pour pourquoi qu quand que quel quelle qui
quoi sa sans se selon ses si sont sous suis sur ta tes toi tous tout toute toutes très tu un une vers voir vos votre vous
"""
_SPANISH = """
al algo alguien antes aunque bien cada como cómo con contra cual cuando de del desde donde durante el él ella ellas ellos
en entre era es esa ese eso esta está este esto estos estoy fue ha hacer hacia han hasta hay la las le les lo los más me
mi mis mucho muchos muy ni no nos nosotros nuestra nuestro o otra otras otro otros para pero poco por porque pues que qué
quien quiero se sea ser si sí sin sobre solo sólo son soy su sus también tan tener tengo toda todas todo todos tu tus un
una unas uno unos y ya yo
"""
_ITALIAN = """
agli al alla alle allo anche ancora che chi ci cioè come con contro cosa così cui da dagli dal dalla dalle degli dei del
della delle dello di dove e è ed essere fare fra gli ha hanno ho i il in io la le lei li lo loro lui ma mi mia mie miei
mio molto ne negli nei nel nella nelle no noi non nostra nostro o ogni per perché però più poi quale quando quello questa
queste questi questo se sei senza si sia sono sopra sua sue sul sulla suo tra tu tutte tutti tutto un una uno vi voi
vorrei
"""
_DUTCH = """
aan al alle als andere bij dan dat de deze die dit doen door dus een elke en er geen haar had hebben heb heeft heel hem
het hier hij hoe iemand iets ik in is je kan kunnen maar me meer met mij mijn moet na naar niet niets nog nu of om omdat
onder ons onze ook op over te tegen toch tot u uit uw van veel voor waar want waren wat we weer wel werd wie wij wil
willen worden wordt zal ze zeer zich zij zijn zo zonder zou
"""
_POLISH = """
aby ale bardzo bez być był była było chcę ci co czy dla do gdy gdzie i ich ile im innych ja jak jako jego jej jest jestem
jeszcze już każdy kiedy kto która które który lub ma mam mi mnie mogę moja moje mój może mu my na nad nam nas nasz nie
niż o od on ona oraz pan po pod poza przed przez przy są się sobie swoje ta tak także tam te tego tej ten też to tu tylko
tym u w we wiele więc wszystko z za ze że
"""
_PORTUGUESE = """
a ao aos as até com como da das de dela dele depois do dos e é ela elas ele eles em entre era essa esse esta está este eu
foi há isso já lhe mais mas me mesmo meu meus minha minhas muito na não nas nem no nos nossa nosso num numa o os ou outra
outro outros para pela pelo por porque qual quando que quem quero se sem ser seu seus sobre sua suas também tem tenho todo
todos um uma você
"""
_ELIDED = "c d j l m n s t ll re ve"
"""What an apostrophe leaves of a word."""

FILLER = frozenset(
    " ".join((_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _ITALIAN, _DUTCH, _POLISH, _PORTUGUESE, _ELIDED)).casefold().split()
)


def tells(word: str) -> bool:
    """Whether a word, as it is written, is about something. In two or three capitals it is an abbreviation: `IT`, `US`."""
    return word.casefold() not in FILLER or (len(word) in (2, 3) and word.isupper())
