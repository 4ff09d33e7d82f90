"""Which sentences fit a question: goals, things to do, expectations with what came of them. A question's own words decide, never a program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from flows.demo.sentences import OTHERWISE, TEXTS, Kinds
from programs.spec import Question, QuestionType, Role

GOALS: Kinds = (
    ("somebody senior", (
        "That juniors hear of decisions last, and what that does to them",
        "Why so many of us look for another post after two years",
        "How much of our week goes into forms that nobody reads",
    )),
    ("understand or be able", (
        "Know what keeps people under thirty with us, and what drives them away",
        "Use the new tools myself, without sending somebody to do it for me",
        "Hear criticism from below before it comes as a notice",
    )),
    ("as a mentor|from this year yourself", (
        "Ask more and advise less",
        "Learn how work looks two levels below me",
        "Put into words what I have done by feel so far",
        "Stand by somebody without taking the work from them",
    )),
    ("circle|take along", (
        "Speak of difficult matters before they have become difficult",
        "Take a decision about my next step, with the others as witnesses",
        "Three people in other departments whom I can call",
        "Learn to lead a conversation in which I am not the expert",
        "Ask for help a week earlier than I do now",
        "Know how others at my level spend their weeks",
        "Say no to one thing a month, and have it hold",
    )),
    ("reach together|two of you|common", (
        "Say what we see, kindly and at once",
        "Keep every meeting that we have set, and begin it with what came of the last",
        "Get better at disagreeing without losing each other",
        "Each of us brings one matter that they would rather have kept to themselves",
    )),
    ("done first", (
        "Everything is listed, with somebody's name behind each line",
        "A first draft is with two of the people who will use it",
        "Everybody who has a say in it has been asked once",
        "We know what it costs, and who would pay",
        "One page says what it is, and what it is not",
    )),
    ("want to learn", (
        "Plan a piece of work from its beginning, and say early when it gets late",
        "Present what I have made to people who did not make it",
        "Find my way in work that others began",
    )),
    ("project|will there be|be there at the end", (
        "It is in use, and runs without me",
        "The people for whom it is made have said yes to it",
        "It is done, in time, and somebody else can carry it on",
        "It has been shown to everybody who has to work with it",
        "The first two of the three parts stand, and the third is planned",
    )),
)  # fmt: skip

SOON = (
    "Hold the team meeting without notes",
    "Give feedback within a day, twice a week",
    "Show a first draft to two people before it is finished",
    "Have one talk with my manager about where I want to go",
)

IN_TIME = (
    "Lead a project of my own from beginning to end",
    "Decide whether to apply for a post abroad, and be content with the decision",
    "Run the budget of my team alone",
    "Present our results to the board myself",
    "Have a plan for my next two years that my manager supports",
)

TO_DO = (
    "Ask somebody who does it already for half an hour",
    "mentor: Introduce me to two people",
    "Write one page about where I stand",
    "Try it out in a small meeting, and ask for one thing to do better",
    "both: Look at it together",
    "Read the first three chapters and note what applies here",
    "Make a first draft and show it unfinished",
    "mentor: Come to one of my meetings and watch",
)

REMARKS = (
    "Went faster than I thought.",
    "Half of it; the rest turned out not to be needed.",
    "Did it twice, and the second time it worked.",
    "Good that we had set a day for it.",
)

_Told = tuple[tuple[str, str, str], ...]

_OF_MENTORS: dict[str, _Told] = {
    "result": (
        ("Something that my mentee can show without me beside them.",
         "It was shown, and I only heard of it afterwards. That is how it should be.",
         "It was shown; for the difficult questions I still sat beside them."),
        ("A smaller thing than planned, but a finished one.",
         "It is finished, and hardly smaller than planned.", "It is smaller than planned, and one piece of it is still open."),
        ("That those who have to live with it were asked before, and not after.",
         "They were asked, twice, and it shows.", "Most of them were asked. Two heard of it when it was nearly done."),
    ),
    "learn": (
        ("How the work looks from where my mentee stands.",
         "How long one waits there for an answer from above. I answer sooner now.",
         "A little. We spoke of the project more than of the work around it."),
        ("To help without taking the work out of somebody's hands.",
         "To ask, and to wait. Mostly the answer was there already.", "I notice now when I do it. Twice I did it all the same."),
        ("To put into words what I do by feel.",
         "Three rules that I had never said aloud. My mentee has written them down.", "Some of it. The rest I still have to show."),
    ),
}  # fmt: skip
"""What mentors say of a topic of their own; of any other they say what mentees may say as well."""

_WORK = "intern |plan work"

_TOPICS: tuple[tuple[str, _Told], ...] = (
    (_WORK, (
        ("Take over the weekly report, and build a page on which teams look up their figures themselves.",
         "Both: the report runs, and three teams use the page.", "The report runs. Of the page there is a first version."),
        ("Sort what users have told us in a year, and write down the ten things that they ask for most.",
         "All of it; the ten things hang on our wall, and two are done.", "The sorting, yes. We stopped at six things, since nobody doubts those."),
        ("Test the new form with a dozen people, and improve what stops them.",
         "Fourteen people, and half of the questions are gone.", "Seven people. The improvements wait for the next release."),
    )),
    ("result", (
        ("Something small that is in use every week, rather than something big in a drawer.",
         "It is in use every week. It even became a little bigger than we thought.",
         "A first version is in use. The second half waits for a decision."),
        ("Done in time, and so plain that it needs no handbook.", "Done a week late, and it needs no handbook.",
         "It is done, but every second person still calls me about it."),
        ("That somebody else can carry it on when I do something else.", "A colleague has taken it over, and I am not asked any more.",
         "It runs, but so far only as long as I look after it."),
    )),
    ("learn", (
        ("How to lead people who do not report to me.", "To ask for things instead of hoping for them. It works, also across departments.",
         "Something about it. In a dispute I still go to my manager too soon."),
        ("To plan so that there is time left for what goes wrong.", "I plan two weeks at a time now, with an empty day in each.",
         "I know how it should be done; under pressure I do as before."),
        ("Which parts I can do myself and for which I need somebody.", "To hand over early. That was harder than the work itself.",
         "That I need more help than I thought, and that this is all right."),
    )),
    ("work together|working", (
        ("An hour every second week; the work comes a day before, the questions in the meeting.",
         "As planned, except for the summer. The work came on the morning of the day, mostly.",
         "At first as planned; in the end by short calls when something burned."),
        ("I show what there is, finished or not, and get an honest opinion.", "I did show it unfinished, from the third time on.",
         "I showed it when I found it good enough, so the opinion often came too late."),
    )),
    ("care|responsib", (
        ("I write down what we agreed; before we meet, everybody has read it.",
         "Everything, and our notes have become the best part of it.", "For two months. Then the notes ended, and we missed them."),
        ("I answer within two days, and I say early when something gets late.",
         "I did, nearly always; and the one time that I was late I had said so.", "The answers came. That something got late I said too late myself."),
        ("The mentee finds the days, the mentor finds the people who can help.",
         "All of it: no meeting was forgotten, and two people were found whom we had not known of.",
         "The days yes; of the two people who should help one never had time."),
    )),
    ("", (
        ("That everybody comes prepared, and says openly when something does not help.",
         "We came prepared nearly every time, and the one time that I was not I could say so.",
         "Prepared yes. Openly only in the last two months; we were polite for too long."),
        ("Honest questions rather than quick advice, and an hour without the telephone.",
         "There were more questions than advice, and they were good ones.", "There was more advice than I had hoped for, though most of it was useful."),
        ("That we keep our days, and that somebody tells me when I talk myself out of something.",
         "We moved two meetings and missed none. And I was told, twice, rightly.", "We missed some meetings in the busy season. When we met, it was frank."),
        ("A view from outside, and the patience to hear the whole story first.",
         "Both. The view from outside was uncomfortable at first, and right.", "A view from outside, certainly. We rarely had time for the whole story."),
        ("That what I say stays here, and that we laugh now and then.",
         "It stayed here, and we laughed a good deal.", "It stayed here. We might have laughed more."),
    )),
)  # fmt: skip
"""By topic: what somebody expects, what came of it when it went well, and when it went only partly so."""

_EXPECTS = "expect|responsib|take care of|takes care of|will the intern do"


def saying(question: Question) -> Sequence[str]:
    """What people write to such a question."""
    if question.type is QuestionType.GOAL:
        return _goals(question.id, question.ask, question.term or "", question.roles == (Role.MENTOR,))
    return _first(TEXTS, question.id, question.ask) or OTHERWISE


def expectation(question: Question, role: Role) -> Sequence[tuple[str, str, str]] | None:
    """Expectations, each with what may come of it, for a question that asks for the one or the other; None for any other question."""
    if question.beside is None and not re.search(_EXPECTS, f"{question.id} {question.ask}".lower()):
        return None
    topic, told = _expected(_words(question))
    return _OF_MENTORS.get(topic, told) if role is Role.MENTOR else told


def is_about_the_same(question: Question) -> bool:
    """Whether both speak of the same thing, such as the work that one of them does for the other."""
    return _expected(_words(question))[0] == _WORK


def is_about_the_result(question: Question) -> bool:
    """Whether it asks if what was set out for was reached, or what it looks like in the end."""
    if question.type is QuestionType.YES_NO:
        return bool(re.search("was the .*reached", question.ask.lower()))
    return question.beside is not None and _expected(_words(question))[0] == "result"


def _words(question: Question) -> str:
    return f"{question.beside or ''} {question.id} {question.ask}".lower().replace(".", " ")


@cache
def _expected(words: str) -> tuple[str, _Told]:
    return next((pattern, told) for pattern, told in _TOPICS if re.search(pattern, words))


@cache
def _goals(name: str, ask: str, term: str, is_mentors: bool) -> Sequence[str]:
    found = _first(GOALS, name, ask)
    if found is None and is_mentors:
        found = dict(GOALS)["as a mentor|from this year yourself"]
    return found or (SOON if term == "short" else IN_TIME)


@cache
def _first(kinds: Kinds, name: str, ask: str) -> tuple[str, ...] | None:
    """The name of a question and its words together say of which kind it is."""
    words = f"{name.replace('_', ' ')} {ask}".lower()
    return next((sentences for pattern, sentences in kinds if re.search(pattern, words)), None)
