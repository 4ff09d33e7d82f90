"""The sentences of made-up people, a handful for each kind of question. Texts alone: which is written where is decided elsewhere."""

from __future__ import annotations

Kinds = tuple[tuple[str, tuple[str, ...]], ...]
"""(pattern, sentences); the first whose pattern is found in the name or the words of a question is its kind."""

MATTERS = (
    "Our monthly figures are put together by hand from five sheets. I want to replace that and have never led such a project.",
    "The archive has to move by next year, and nobody knows what is in it.",
    "New colleagues take half a year until they find their way. I want to build them a short course.",
    "We must decide which of two suppliers we stay with, and I am to prepare it.",
    "Whoever moves house with us has to tell four offices. I want one form for all of them.",
    "Our two teams do the same tests twice, and each trusts only its own.",
    "I am to run the open day, and have only ever been a guest at it.",
)
OUTCOMES = (
    "Monthly figures that three teams look up themselves, without asking me.",
    "A plan for the move of the archive that my department has agreed to.",
    "A course of two mornings that somebody else can hold, too.",
    "A paper with both suppliers side by side, and what each of them costs over five years.",
    "One form in use, and four offices that take it from there.",
    "One list of tests that both teams have signed.",
    "An open day that is over by six, and a folder from which somebody else can run the next.",
)
MATCHING = (MATTERS, OUTCOMES)
"""What is wanted fits what it is about: the sentences in the same place belong together."""

TEXTS: Kinds = (
    ("whom do you thank", (
        "All of you, for the evening on which I brought the matter with my team and nobody gave advice for ten minutes.",
        "Whoever wrote to me two days later and asked how it had gone.",
    )),
    ("concern|only the coordinator", (
        "I would rather not say it here. Please call me.",
        "My line manager asks me what we talk about, and I do not know what to answer.",
        "Twice something that I said in confidence came back to me from somebody else.",
    )),
    ("clear|unclear", (
        "No, the training answered what I wanted to know.",
        "How much may I tell my own line manager about our meetings?",
        "What do we do when one of us is ill for longer?",
    )),
    ("do you work", (
        "Monday to Friday from 9 to 17:30; Fridays from home",
        "Four days a week, 8:30 to 17; Wednesday is for the university",
        "From 10 to 18:30, in the office on the second floor",
    )),
    ("stay as it is\\?", (
        "The half hour on Mondays, before the week begins.",
        "That I may ask anything, and get an answer the same day.",
        "That the work is real, and somebody waits for it.",
    )),
    ("schedule|rhythm|how often|where", (
        "Every second Tuesday at 10, for an hour, in the small meeting room",
        "The first and third Thursday of the month, 16:00 to 17:00, by video",
        "Every third Monday over lunch, about an hour, in the canteen garden",
        "Every other Friday at 9, for 50 minutes, by video; once a month in person",
    )),
    ("cannot come|absence", (
        "They tell the others two days before, and we meet all the same.",
        "We meet from three people on; with fewer we find another day within a week.",
        "Whoever misses it reads the notes and calls one of the others.",
    )),
    ("boundar|limit|not work for you|never", (
        "No calls at the weekend, and nothing about people in our own teams by name.",
        "We leave salary and appraisals out. I am not to be reached after six.",
        "Advice yes, decisions no: nobody speaks with anybody else in my name.",
        "Private matters only if one of us brings them up, and never as a favour to be returned.",
    )),
    ("not want to happen", (
        "That what I say finds its way to somebody's line manager.",
        "That it becomes a show, with a photograph at the end.",
        "That we only talk about telephones and software.",
    )),
    ("strength|good at", (
        "I stay calm when plans change, and I explain things so that newcomers understand them.",
        "I finish what I begin, and I notice early when figures do not add up.",
        "People tell me that I listen well, and that I bring the right ones together.",
        "I write clearly, and I can say no without slamming the door.",
    )),
    ("weakness|find hard", (
        "I take on too much and say so too late.",
        "In large rounds I wait until somebody asks me, and then it is decided already.",
        "I am impatient with long discussions, and people see it.",
        "Giving feedback when I fear that it hurts.",
    )),
    ("speak openly|need in order", (
        "That nobody laughs, and that nobody tells it on as a good story.",
        "A little time before the first advice comes.",
        "To know that a half-finished thought is allowed.",
    )),
    ("lack|missing|what you need|resources", (
        "Somebody who has done it before and tells me which detours to leave out.",
        "Time on two mornings a month, and access to the material of the last course.",
        "An honest opinion from outside my own department.",
        "Practice, more than another book.",
    )),
    ("ideal|done, and what do they know", (
        "Has led a team through a change of systems, has made mistakes with it, and talks about them without embarrassment.",
        "Knows budgets from both sides, asks before advising, and has an hour every third week.",
        "Came from another profession, has moved up here slowly, and works differently from me.",
        "Has worked abroad for some years with small children, and knows what it asks of everybody.",
    )),
    ("outcome|should exist", OUTCOMES),
    ("matter|what is it about|talk about first", MATTERS),
    ("uncertain", (
        "Whether the other department gives us the data in time.",
        "Whether two mornings are enough for what I have in mind.",
        "What it will cost; nobody here has done it before.",
    )),
    ("hope", (
        "Somebody outside my team to think with, and a bit more courage.",
        "To see how others decide, and to decide better myself.",
        "To pass on what I would have liked to know ten years ago.",
    )),
    ("doubt|hesitate", (
        "My calendar in the spring, if I am honest.",
        "I do not know whether I have enough to say.",
    )),
    ("got in the way", (
        "The close of the year, and then we both waited for the other.",
        "One of us was ill for some weeks, and afterwards the thread was lost.",
        "Honestly, the first goal was reached, and we did not know what came next.",
    )),
    ("better match", (
        "Somebody from another field would help me more.",
        "Please ask me again in two months, when the year is closed.",
    )),
    ("tell us more|say more", (
        "A first meeting is short. So far I have a good feeling.",
        "We are still finding out how we talk with each other.",
    )),
    ("help you", (
        "A few questions that we could begin a meeting with.",
        "Nothing just now, thank you.",
        "A day on which all pairs meet and tell how they work.",
    )),
    ("(what|has|have) to change|be different|should change|would you change", (
        "Less reporting from my week, and one question that goes deeper.",
        "We should meet in person once; by video we stay polite.",
        "The last piece is too big for the time that is left; we make two of it.",
        "Nothing in the meetings. In between I want to try out more.",
    )),
    ("decided", (
        "Which of the two applicants we take. I slept on it and called nobody.",
        "I turned down a project, and told my line manager why.",
        "To move the date of our release by two weeks.",
    )),
    ("changed because of it", (
        "In our meetings the youngest speaks first now, before anybody knows what I think.",
        "I have stopped two reports after I had seen who writes them, and when.",
        "I show an unfinished plan now, and ask what I do not see.",
        "New people have lunch with me in their second week. I listen.",
    )),
    ("changed in your work|you changed|work results|came of it", (
        "I lead the weekly meeting now, and it ends on time.",
        "Two people from the other department call me directly when something is stuck.",
        "We have stopped a report that nobody read. That alone is a morning a month.",
        "I applied for the post, and got it.",
    )),
    ("as a person|personal", (
        "I worry less before difficult talks, and sleep better after them.",
        "I notice sooner when I am tired, and say it.",
        "I know better what I do not want.",
    )),
    ("about working openly", (
        "That others find mistakes before they have become expensive.",
        "To write down why, and not only what. We read it most ourselves.",
        "A first visitor asked three questions, and two of them changed our plan.",
        "That a licence takes ten minutes, and leaving it out costs months.",
    )),
    ("skill|learned|learn from", (
        "Giving feedback soon and plainly, and asking for it.",
        "Preparing a difficult talk with three questions instead of a speech.",
        "Reading a budget, and asking about the lines that I do not understand.",
        "Listening for a whole minute longer than I want to.",
    )),
    ("still needs|needs work", (
        "Saying no before I have said yes.",
        "Speaking up in large rounds. It goes in small ones.",
        "Planning with some air in it.",
    )),
    ("proud", (
        "I held the presentation to the board, and they asked good questions.",
        "That I showed the first draft although it was not good.",
        "We did every piece of the plan but one, and that one we dropped on purpose.",
    )),
    ("next", (
        "To lead a project from its beginning, and to have it done without me in the end.",
        "A course on negotiation in the autumn, and somebody new to learn from.",
        "To become a mentor myself in a coming round.",
    )),
    ("best|take along|helped", (
        "That somebody asked what I wanted, before telling me what to do.",
        "The three questions that I now bring to every meeting.",
        "The introduction to a colleague whom I would never have asked.",
        "That others struggle with the same things, two floors up.",
    )),
    ("harder", (
        "To keep the days free when the quarter ended.",
        "To say what I did not like. It went well when I did.",
    )),
    ("to your partner|feedback|thank", (
        "Thank you for listening before giving advice. Next time I would like you to disagree sooner.",
        "I valued that you never let me talk around it. A line between two meetings would have helped me.",
        "You took my small questions seriously. Keep doing that.",
        "Your example from your own first year has stayed with me. More of those, please.",
    )),
    ("somebody who begins|tell somebody", (
        "Set the days of the first three meetings at the first one.",
        "Bring something real, even if it is small.",
        "Say early what does not help you. It is easier than you think.",
    )),
)  # fmt: skip

OTHERWISE = (
    "We met regularly, and that was half of it.",
    "I prepare every conversation with three questions now.",
    "We should have talked about goals earlier.",
    "It took two meetings until we knew how to use the time.",
)
